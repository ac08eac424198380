//! A runtime for commands that wait for others, and what `up` and `serve` share: an end that lets requests finish.

use std::time::Duration;

use clap::Args;
use lodger_http::{App, Place, Server};
use lodger_research::{Prune, Store};
use tokio::runtime::Builder;
use tokio::signal;

use crate::error::CommandError;

// How long things are kept. A doc comment would be shown in place of the command's own.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Keep {
    /// How many days events are kept: for those who follow them, and as the record of what was done
    #[arg(long, value_name = "DAYS", default_value = "30", value_parser = clap::value_parser!(u16).range(1..))]
    keep_events: u16,
}

/// Runs `work`, which sees to it itself that it ends when somebody asks the process to stop.
pub(super) fn block_on<T>(
    work: impl Future<Output = Result<T, CommandError>>,
) -> Result<T, CommandError> {
    block_on_runtime(Builder::new_multi_thread(), work)
}

/// As [`block_on`], on this thread. Whoever asks and waits for the answer, thousands of times, need not wake another
/// thread for each.
pub(super) fn block_on_one_thread<T>(
    work: impl Future<Output = Result<T, CommandError>>,
) -> Result<T, CommandError> {
    block_on_runtime(Builder::new_current_thread(), work)
}

fn block_on_runtime<T>(
    mut kind: Builder,
    work: impl Future<Output = Result<T, CommandError>>,
) -> Result<T, CommandError> {
    let runtime = kind
        .enable_all()
        .build()
        .map_err(|error| CommandError::failed("no threads can be started").because(error))?;
    let done = runtime.block_on(work);
    // What still runs in the background has nobody left to report to.
    runtime.shutdown_background();
    done
}

/// Answers requests until somebody asks the process to stop.
pub(super) async fn serve(place: Place, app: App) -> Result<(), CommandError> {
    let served = Server::at(place, app).run(stopped()).await;
    served.map_err(CommandError::from_library)
}

/// Drops what has served its time, now and every hour, for as long as the process runs. Any number of servers may do so on one database.
pub(super) fn tend(store: Store, keep: Keep) {
    let day = Duration::from_hours(24);
    let prune = Prune {
        events: day * u32::from(keep.keep_events),
        ..Prune::default()
    };
    tokio::spawn(async move {
        let mut hours = tokio::time::interval(Duration::from_hours(1));
        loop {
            hours.tick().await;
            if let Err(error) = store.operator().prune(&prune).await {
                tracing::warn!(%error, "old events were not dropped; the next hour tries again");
            }
        }
    });
}

/// Ends with Ctrl-C, and with SIGTERM where there is such a thing.
pub(super) async fn stopped() {
    #[cfg(unix)]
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signals) => {
                signals.recv().await;
            }
            // Then Ctrl-C has to do.
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    let interrupted = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
