//! The local sign-in: the part of Supabase Auth's HTTP API that `@supabase/supabase-js` uses.
//!
//! No message is ever sent: an address counts as confirmed at once, as in a local development stack. Not for servers that
//! strangers can reach.

mod answer;
mod caller;
mod discovery;
mod error;
mod grant;
mod guest;
mod input;
mod logout;
mod password;
mod sign_up;
mod user;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use lodger_database::accounts::Accounts;
use lodger_database::pool::Pool;

use crate::rate::Rate;
use crate::token::{SigningKey, TokenSettings, TokenSetupError, TokenVerifier};

use error::{AuthError, Refusal};
pub use guest::GuestError;
use password::Passwords;

/// Where the routes are mounted, which `@supabase/supabase-js` puts after the address that it is given.
pub const MOUNTED_AT: &str = "/auth/v1";

/// What a sign-in service is made of.
#[derive(Debug)]
pub struct SignInSettings {
    /// Connections of a role that may write the tables of `auth`.
    pub pool: Pool,
    /// Signs access tokens.
    pub key: SigningKey,
    /// The server's own address, such as `http://127.0.0.1:7878`, which the tokens name as their issuer.
    pub address: String,
    /// How long an access token is good.
    pub token_lifetime: Duration,
    /// How long a used refresh token is answered again.
    pub reuse_interval: Duration,
    /// Sign-ups and password attempts from one network address in a minute.
    pub attempts_per_minute: NonZeroU32,
}

impl SignInSettings {
    /// What Supabase's own local stack has by default.
    #[must_use]
    pub fn new(pool: Pool, key: SigningKey, address: impl Into<String>) -> Self {
        Self {
            pool,
            key,
            address: address.into(),
            token_lifetime: Duration::from_hours(1),
            reuse_interval: Duration::from_secs(10),
            attempts_per_minute: NonZeroU32::new(60).unwrap_or(NonZeroU32::MIN),
        }
    }
}

/// The sign-in service. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SignIn(Arc<Service>);

#[derive(Debug)]
struct Service {
    accounts: Accounts,
    key: SigningKey,
    issuer: String,
    token_lifetime: Duration,
    reuse_interval: Duration,
    attempts: Rate<IpAddr>,
    passwords: Passwords,
    verifier: TokenVerifier,
}

impl SignIn {
    /// A service from its parts.
    ///
    /// # Errors
    /// When its own tokens could not be checked, which would be a mistake in here.
    pub fn new(settings: SignInSettings) -> Result<Self, TokenSetupError> {
        let issuer = format!("{}{MOUNTED_AT}", settings.address.trim_end_matches('/'));
        let verifier = TokenVerifier::new(tokens(&settings.key, &issuer))?;
        Ok(Self(Arc::new(Service {
            accounts: Accounts::new(settings.pool),
            key: settings.key,
            issuer,
            token_lifetime: settings.token_lifetime,
            reuse_interval: settings.reuse_interval,
            attempts: Rate::per_minute(settings.attempts_per_minute),
            passwords: Passwords::new(),
            verifier,
        })))
    }

    /// What checks the tokens that are issued here.
    #[must_use]
    pub fn token_settings(&self) -> TokenSettings {
        tokens(&self.0.key, &self.0.issuer)
    }

    /// The routes, to be mounted at [`MOUNTED_AT`].
    pub(crate) fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        Router::new()
            .route("/signup", post(sign_up::sign_up))
            .route("/token", post(grant::grant))
            .route("/user", get(user::read).put(user::update))
            .route("/logout", post(logout::log_out))
            .route("/.well-known/jwks.json", get(discovery::keys))
            .route("/settings", get(discovery::settings))
            .route("/health", get(discovery::health))
            .fallback(|| async { AuthError::from(Refusal::NotFound) })
            .method_not_allowed_fallback(|| async { AuthError::from(Refusal::MethodNotAllowed) })
            .layer(from_fn(error::in_the_clients_form))
            .with_state(self.clone())
    }
}

fn tokens(key: &SigningKey, issuer: &str) -> TokenSettings {
    TokenSettings {
        keys: key.key_set(),
        issuer: Some(issuer.to_owned()),
        ..TokenSettings::default()
    }
}
