//! `lodger watch`: brings drafts that a research program writes into the store.

mod keeper;
mod scan;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use lodger_research::PoolSettings;

use super::duration::parse_duration;
use super::serving;
use super::store::{ensure_there, store};
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::terminal;
use keeper::Keeper;

const EXAMPLES: &str = "\
Examples:
  lodger watch outputs                      until it is stopped
  lodger watch outputs --once               what is there now, then end
  lodger watch outputs --every 500ms --stable 3s

A draft is a file below DIR/SESSION/STAGE/, where SESSION is a session's id and STAGE is 1_initial_research, 2_planning,
3_parallel_research or 4_writing. It is taken when its size and time have not changed for a while, and recorded with
its path within the session, its size and its SHA-256; up to 4 MiB of content go along. The same content is never
recorded twice, so that it can be stopped and started at any time; while the database is away, it waits.
Symbolic links are not followed; names that begin with a dot, and those that end in .tmp, .part or ~, are left.

Exit code 1, with --once, means that something could not be taken.";

/// Bring the draft files that a research program writes into the store
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct WatchArgs {
    /// The folder with a folder for each session
    dir: PathBuf,

    /// Take what is there now, and end
    #[arg(long)]
    once: bool,

    /// How often to look
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "2s")]
    every: Duration,

    /// How long a file must not have changed
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "2s")]
    stable: Duration,
}

/// Watches until somebody asks it to stop.
pub(crate) fn run(args: &WatchArgs, context: &Context) -> Result<ExitStatus, CommandError> {
    if !args.dir.is_dir() {
        let message = format!("no folder {}", args.dir.display());
        return Err(CommandError::usage(message));
    }
    let settings = PoolSettings {
        size: 2,
        ..PoolSettings::default()
    };
    let store = store(context, settings)?;
    serving::block_on(async {
        ensure_there(context).await?;
        let mut keeper = Keeper::new(store, args.stable, context.quiet);
        let mut stopped = std::pin::pin!(serving::stopped());
        loop {
            let looked = tokio::select! {
                looked = keeper.look(&args.dir) => looked,
                () = &mut stopped => return Ok(ExitStatus::Clean),
            };
            if args.once && !looked.waiting {
                let left = keeper.left();
                terminal::note(&format!(
                    "{} saved, {} already there, {left} left",
                    keeper.saved(),
                    keeper.already()
                ));
                return Ok(ExitStatus::of_checks(left == 0));
            }
            let pause = if args.once {
                looked.pause.min(args.every)
            } else {
                args.every
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = &mut stopped => return Ok(ExitStatus::Clean),
            }
        }
    })
}
