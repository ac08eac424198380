//! `lodger up`: everything in one process, with nothing installed: database, sign-in, API and page.

mod folder;
mod store;
mod welcome;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use lodger_database::embedded::EmbeddedPlatform;
use lodger_http::sign_in::{SignIn, SignInSettings};
use lodger_http::token::{SigningKey, TokenVerifier};
use lodger_http::{App, AppSettings, Limits, Origins, Place};
use lodger_research::{Settings as StoreSettings, Store};

use super::serving::{self, Keep};
use crate::args::GlobalArgs;
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::progress::Watcher;
use crate::output::terminal;
use folder::DataFolder;

const EXAMPLES: &str = "\
Examples:
  lodger up
  lodger up --listen 127.0.0.1:0 --data ../try      any free port, another folder

Data stay in the folder, also when the process is killed. One process at a time can have it open.
The sign-in sends no mail and takes every address for confirmed: it is for one machine, and listens there only,
unless --listen says otherwise. On a server, use `lodger serve`.
Stops with Ctrl-C or SIGTERM, after requests under way are answered.";

/// Run everything here: database, sign-in, API and page, with nothing to install
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct UpArgs {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878")]
    listen: SocketAddr,

    /// The folder for the data
    #[arg(long, value_name = "DIR", default_value = ".lodger")]
    data: PathBuf,

    #[command(flatten)]
    keep: Keep,
}

/// The store brings its own project along: `lodger.toml` is about another one.
pub(crate) fn context(global: GlobalArgs) -> Result<Context, CommandError> {
    Context::without_file(GlobalArgs {
        database_url: None,
        project: Some(store::PROJECT.to_owned()),
        ..global
    })
}

/// Serves until somebody asks it to stop.
pub(crate) fn run(args: &UpArgs, context: &Context) -> Result<ExitStatus, CommandError> {
    let folder = DataFolder::open(&args.data)?;
    let key = SigningKey::load_or_create(&folder.signing_key());
    let key = key.map_err(CommandError::from_library)?;
    serving::block_on(async {
        let starting = tokio::select! {
            started = start(args, context, &folder, key) => started?,
            () = serving::stopped() => return Err(CommandError::interrupted()),
        };
        let Started {
            place, app, guard, ..
        } = starting;
        terminal::print(&starting.welcome)?;
        let served = serving::serve(place, app).await;
        drop(guard);
        served
    })?;
    Ok(ExitStatus::Clean)
}

/// Everything that is needed to answer.
struct Started {
    place: Place,
    app: App,
    /// Keeps the database running.
    guard: lodger_database::embedded::EmbeddedGuard,
    welcome: String,
}

async fn start(
    args: &UpArgs,
    context: &Context,
    folder: &DataFolder,
    key: SigningKey,
) -> Result<Started, CommandError> {
    // First, because it is the likeliest to fail.
    let place = Place::take(args.listen).await;
    let place = place.map_err(CommandError::from_library)?;
    let watcher = Watcher::new(context, "starting the database");
    let platform = EmbeddedPlatform::start_in(folder.database()).await;
    let platform = platform.map_err(CommandError::from_library)?;
    store::bring_in(&platform, context.settings(), &watcher).await?;
    drop(watcher);
    let pool = platform.into_pool().await;
    let (pool, guard) = pool.map_err(CommandError::from_library)?;
    let address = format!("http://{}", place.address());
    let sign_in = SignIn::new(SignInSettings::new(pool.clone(), key, &address));
    let sign_in = sign_in.map_err(CommandError::from_library)?;
    let verifier = TokenVerifier::new(sign_in.token_settings());
    let guest = sign_in.guest().await.map_err(CommandError::from_library)?;
    let store = Store::new(
        pool,
        StoreSettings {
            home_schema: context.settings().schema.clone(),
            ..StoreSettings::default()
        },
    );
    serving::tend(store.clone(), args.keep);
    let app = App::new(AppSettings {
        verifier: verifier.map_err(CommandError::from_library)?,
        store,
        limits: Limits::default(),
        origins: Origins::Local,
        sign_in: Some(sign_in),
    });
    let welcome = welcome::render(&address, &guest, args, place.address());
    Ok(Started {
        place,
        app,
        guard,
        welcome,
    })
}
