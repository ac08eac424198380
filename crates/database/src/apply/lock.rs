//! The lock that lets only one apply of a project run at a time.

use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::ApplyEvent;
use crate::connect::{Session, is_of_pooler};

const POLL: Duration = Duration::from_millis(200);
const HELD: &str = include_str!("advisory_lock_held.sql");

/// The project's lock cannot be had.
#[derive(Debug, Error)]
pub enum LockError {
    /// Another apply of the project runs.
    #[error(
        "another apply, adopt or rollback of project {project} is running; it did not end within {waited:?}"
    )]
    Taken {
        /// The project.
        project: String,
        /// How long this one waited.
        waited: Duration,
    },
    /// The connection goes through a transaction pooler.
    #[error(
        "this connection does not keep a session: it goes through a transaction pooler. \
         Use the session port or a direct connection (on Supabase port 5432, not 6543)"
    )]
    NoSession,
    /// Postgres refuses.
    #[error("the project's lock cannot be taken")]
    Refused(#[source] tokio_postgres::Error),
}

/// A lock that is held until it is released, or until the connection ends.
pub(crate) struct ProjectLock {
    key: i64,
}

/// Takes the lock of `project`, waiting for up to `patience`.
pub(crate) async fn acquire(
    session: &Session,
    project: &str,
    patience: Duration,
    watch: &mut (dyn FnMut(ApplyEvent) + Send),
) -> Result<ProjectLock, LockError> {
    let key = key(project);
    let client = &session.client;
    let started = Instant::now();
    let mut told = false;
    loop {
        let row = client
            .query_one("select pg_catalog.pg_try_advisory_lock($1)", &[&key])
            .await
            .map_err(refused)?;
        if row.get(0) {
            break;
        }
        if started.elapsed() >= patience {
            return Err(LockError::Taken {
                project: project.to_owned(),
                waited: patience,
            });
        }
        if !told {
            watch(ApplyEvent::WaitingForLock);
            told = true;
        }
        tokio::time::sleep(POLL).await;
    }
    // Behind a transaction pooler the next statement may run in another session, without the lock.
    let held = client.query_one(HELD, &[&key]).await.map_err(refused)?;
    if held.get(0) {
        Ok(ProjectLock { key })
    } else {
        Err(LockError::NoSession)
    }
}

/// A statement that was just prepared is unknown in the session that another transaction got.
fn refused(error: tokio_postgres::Error) -> LockError {
    if is_of_pooler(&error) {
        LockError::NoSession
    } else {
        LockError::Refused(error)
    }
}

impl ProjectLock {
    /// Gives the lock back. If the connection is gone, so is the lock.
    pub(crate) async fn release(self, session: &Session) {
        let unlock = "select pg_catalog.pg_advisory_unlock($1)";
        session.client.execute(unlock, &[&self.key]).await.ok();
    }
}

/// One number per project name; the prefix keeps it apart from other users of advisory locks.
fn key(project: &str) -> i64 {
    let digest = Sha256::digest(format!("lodger:{project}").as_bytes());
    let mut bytes = [0; 8];
    bytes
        .iter_mut()
        .zip(digest.iter())
        .for_each(|(to, from)| *to = *from);
    i64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_have_keys_of_their_own() {
        assert_ne!(key("a"), key("b"));
        assert_eq!(key("a"), key("a"));
    }
}
