//! `lodger serve`: the research store's API on a database that is there.

use std::net::SocketAddr;
use std::num::NonZeroU32;

use clap::{ArgAction, Args};
use lodger_http::token::{JwksSettings, TokenSettings, TokenVerifier};
use lodger_http::{App, AppSettings, Limits, Origins, Place};
use lodger_research::PoolSettings;

use super::serving::{self, Keep};
use super::store::{ensure_there, store};
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::terminal;

const EXAMPLES: &str = "\
Examples:
  lodger serve --supabase-url https://abc.supabase.co --allow-origin https://app.example.com
  lodger serve --jwt-secret \"$JWT_SECRET\" --listen 0.0.0.0:7878
  lodger serve --jwks-url https://login.example.com/jwks.json --issuer https://login.example.com

The store has to be there: `lodger apply` with the migrations of this repository brings it in. Through PgBouncer or
Supavisor in transaction mode, add --transaction-pooler.
Stops with Ctrl-C or SIGTERM, after requests under way are answered.";

/// Serve the research store's API, with access tokens that somebody else issues
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ServeArgs {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878")]
    listen: SocketAddr,

    /// The Supabase project that issues the tokens: names the JWKS and the issuer
    #[arg(long, value_name = "URL", env = "SUPABASE_URL")]
    supabase_url: Option<String>,

    /// The secret that HS256 tokens are signed with, of at least 32 bytes
    #[arg(
        long,
        value_name = "SECRET",
        env = "SUPABASE_JWT_SECRET",
        hide_env_values = true
    )]
    jwt_secret: Option<String>,

    /// Where the issuer publishes its ES256 or RS256 keys
    #[arg(long, value_name = "URL", env = "LODGER_JWKS_URL")]
    jwks_url: Option<String>,

    /// What a token's issuer has to be
    #[arg(long, value_name = "ISSUER", env = "LODGER_ISSUER")]
    issuer: Option<String>,

    /// A page that may call from another address; may be given several times
    #[arg(long = "allow-origin", value_name = "ORIGIN", action = ArgAction::Append)]
    origins: Vec<String>,

    /// The most connections to the database
    #[arg(long, value_name = "NUMBER", default_value = "16", value_parser = clap::value_parser!(u16).range(1..))]
    connections: u16,

    /// The database is reached through a pooler in transaction mode: no prepared statements are kept
    #[arg(long)]
    transaction_pooler: bool,

    /// The most requests of one user in a minute
    #[arg(long, value_name = "NUMBER", default_value = "600")]
    requests_per_minute: NonZeroU32,

    /// Whether PATCH and DELETE have to say with If-Match what they are based on
    #[arg(long, value_name = "BOOL", default_value = "true", action = ArgAction::Set)]
    require_if_match: bool,

    #[command(flatten)]
    keep: Keep,
}

/// Serves until somebody asks it to stop.
pub(crate) fn run(args: &ServeArgs, context: &Context) -> Result<ExitStatus, CommandError> {
    context.database_url()?;
    let verifier = TokenVerifier::new(tokens(args));
    let verifier = verifier.map_err(|error| {
        CommandError::usage(error.to_string())
            .hinted("--supabase-url, --jwks-url or --jwt-secret name one")
    })?;
    let settings = PoolSettings {
        size: args.connections.into(),
        prepared: !args.transaction_pooler,
        ..PoolSettings::default()
    };
    let store = store(context, settings)?;
    serving::block_on(async {
        ensure_there(context).await?;
        let place = Place::take(args.listen).await;
        let place = place.map_err(CommandError::from_library)?;
        terminal::print(&format!("listening on http://{}", place.address()))?;
        // Without it, events of other servers are seen a little later.
        serving::tend(store.clone(), args.keep);
        let _listening = (!args.transaction_pooler).then(|| store.listen());
        let app = App::new(AppSettings {
            verifier,
            store: store.clone(),
            limits: Limits {
                requests_per_minute: args.requests_per_minute,
                require_if_match: args.require_if_match,
                ..Limits::default()
            },
            origins: match args.origins.as_slice() {
                [] => Origins::None,
                listed => Origins::Listed(listed.to_vec()),
            },
            sign_in: None,
        });
        serving::serve(place, app).await
    })?;
    Ok(ExitStatus::Clean)
}

fn tokens(args: &ServeArgs) -> TokenSettings {
    let supabase = args
        .supabase_url
        .as_ref()
        .map(|it| it.trim_end_matches('/'));
    let published = supabase.map(|it| format!("{it}/auth/v1/.well-known/jwks.json"));
    TokenSettings {
        secret: args.jwt_secret.clone(),
        jwks: args.jwks_url.clone().or(published).map(JwksSettings::at),
        issuer: args
            .issuer
            .clone()
            .or_else(|| supabase.map(|it| format!("{it}/auth/v1"))),
        ..TokenSettings::default()
    }
}
