//! What every command that works on a database does first: address, project, connection.

use lodger_database::connect::{ConnectError, Session};
use tokio::signal;

use super::serving;
use crate::context::Context;
use crate::error::CommandError;

/// Connects, and runs `work` until it is done or interrupted. An interrupted transaction is never
/// committed: the server rolls it back when the connection goes.
pub(crate) fn with_session<T>(
    context: &Context,
    work: impl AsyncFnOnce(&Session) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let url = context.database_url()?;
    block_on(async {
        let session = Session::connect(url)
            .await
            .map_err(|error| not_connected(&error))?;
        work(&session).await.map_err(|error| match session.lost() {
            Some(_) => error.hinted(
                "the connection was lost, and the server undoes what was not committed: run the same command again",
            ),
            None => error,
        })
    })
}

/// Runs `work` until it is done or interrupted.
pub(crate) fn block_on<T>(
    work: impl Future<Output = Result<T, CommandError>>,
) -> Result<T, CommandError> {
    serving::block_on_one_thread(async {
        tokio::select! {
            // First, so that an interrupt is waited for before anything is begun.
            biased;
            _ = signal::ctrl_c() => Err(CommandError::interrupted()),
            done = work => done,
        }
    })
}

fn not_connected(error: &ConnectError) -> CommandError {
    match error {
        ConnectError::BadAddress { .. } => CommandError::usage(error.to_string()),
        _ => CommandError::failed(error.to_string()),
    }
}
