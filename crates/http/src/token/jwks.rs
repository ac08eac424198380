//! An issuer's published keys: kept, renewed, and outlasting its outages.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jsonwebtoken::Algorithm;
use tokio::time::Instant;

use super::error::{TokenError, TokenSetupError};
use super::fetch::{Address, Fetcher};
use super::key::{KeySet, PublicKey};

/// Where keys are published, and how long they are good.
#[derive(Debug, Clone)]
pub struct JwksSettings {
    /// The document's address: https, or http to this machine or to a host of the same network without a domain.
    pub url: String,
    /// After this long they are loaded again, in the background. Issuers let clients keep them for ten minutes.
    pub fresh_for: Duration,
    /// At least this long lies between two attempts to load them, whoever asks: a token with an invented key id
    /// must not make this server a burden on the issuer.
    pub between_attempts: Duration,
}

impl JwksSettings {
    /// The usual times for an address.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            fresh_for: Duration::from_mins(10),
            between_attempts: Duration::from_secs(10),
        }
    }
}

/// The keys of one issuer.
#[derive(Debug, Clone)]
pub(super) struct Jwks(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    fetcher: Fetcher,
    fresh_for: Duration,
    between_attempts: Duration,
    state: Mutex<State>,
    /// Held while keys are loaded, so that many who need them wait for one load.
    loading: tokio::sync::Mutex<()>,
}

#[derive(Debug, Clone, Default)]
struct State {
    keys: Option<Arc<KeySet>>,
    loaded: Option<Instant>,
    attempted: Option<Instant>,
}

impl Jwks {
    pub(super) fn new(settings: &JwksSettings) -> Result<Self, TokenSetupError> {
        Ok(Self(Arc::new(Shared {
            fetcher: Fetcher::new(Address::parse(&settings.url)?),
            fresh_for: settings.fresh_for,
            between_attempts: settings.between_attempts,
            state: Mutex::default(),
            loading: tokio::sync::Mutex::default(),
        })))
    }

    /// The keys for a token's header, and all those that they are of. A name that is unknown may be that of a key made since
    /// the last load.
    pub(super) async fn candidates(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<(Vec<PublicKey>, Arc<KeySet>), TokenError> {
        let state = self.0.state();
        let Some(keys) = state.keys.clone() else {
            self.0.load().await;
            let keys = self.0.state().keys.ok_or(TokenError::KeysUnavailable)?;
            return Ok((keys.candidates(id, algorithm), keys));
        };
        let found = keys.candidates(id, algorithm);
        if found.is_empty() {
            self.0.load().await;
            let keys = self.0.state().keys.unwrap_or(keys);
            return Ok((keys.candidates(id, algorithm), keys));
        }
        self.renew_if_old(&state);
        Ok((found, keys))
    }

    /// Whether these are the keys that hold now.
    pub(super) fn holds(&self, keys: &Arc<KeySet>) -> bool {
        let state = self.0.state();
        self.renew_if_old(&state);
        state.keys.is_some_and(|it| Arc::ptr_eq(&it, keys))
    }

    fn renew_if_old(&self, state: &State) {
        let is_old = |loaded: Instant| loaded.elapsed() >= self.0.fresh_for;
        if state.loaded.is_none_or(is_old) {
            let shared = Arc::clone(&self.0);
            tokio::spawn(async move { shared.load().await });
        }
    }
}

impl Shared {
    fn state(&self) -> State {
        self.locked(|state| state.clone())
    }

    /// Only assignments happen under the lock, so that a panic cannot leave half of one.
    fn locked<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Loads the keys, unless that was tried a moment ago. What is there stays when it fails.
    async fn load(&self) {
        let _one_at_a_time = self.loading.lock().await;
        let due = self.locked(|state| {
            let due = state
                .attempted
                .is_none_or(|it| it.elapsed() >= self.between_attempts);
            if due {
                state.attempted = Some(Instant::now());
            }
            due
        });
        if !due {
            return;
        }
        let keys = match self.fetcher.get().await {
            Ok(document) => KeySet::parse(&document).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match keys {
            Ok(keys) => self.locked(|state| {
                tracing::debug!(keys = keys.len(), "signing keys loaded");
                state.keys = Some(Arc::new(keys));
                state.loaded = Some(Instant::now());
            }),
            Err(reason) => tracing::warn!(%reason, "signing keys could not be loaded"),
        }
    }
}
