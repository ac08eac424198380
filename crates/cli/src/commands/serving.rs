//! What `up` and `serve` share: a runtime of their own, and an end that lets requests finish.

use lodger_http::{App, Place, Server};
use tokio::runtime::Builder;
use tokio::signal;

use crate::error::CommandError;

/// Runs `work`, which ends by itself when somebody asks the process to stop.
pub(super) fn block_on<T>(
    work: impl Future<Output = Result<T, CommandError>>,
) -> Result<T, CommandError> {
    let runtime = Builder::new_multi_thread()
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
