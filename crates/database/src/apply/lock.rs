//! The lock that lets only one apply of a project run at a time.

use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use thiserror::Error;
use tokio_postgres::SimpleQueryMessage;

use super::ApplyEvent;
use crate::connect::{Session, is_of_pooler};

const POLL: Duration = Duration::from_millis(200);
/// How many servers a pooler may have had idle when the lock was taken on one of them.
const POOLED: usize = 32;
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
    // before the lock, which would stay behind on one of a pooler's servers
    if is_lent(session).await.map_err(refused)? {
        return Err(LockError::NoSession);
    }
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
    let held = client.query_one(HELD, &[&key]).await;
    let error = match held {
        Ok(row) if row.get(0) => return Ok(ProjectLock { key }),
        Ok(_) => LockError::NoSession,
        Err(error) => refused(error),
    };
    give_back(session, key).await;
    Err(error)
}

/// The lock stays with one of the pooler's servers; asking again reaches that one sooner or later.
async fn give_back(session: &Session, key: i64) {
    let unlock = format!("select pg_catalog.pg_advisory_unlock({key})");
    for _ in 0..POOLED {
        match session.client.simple_query(&unlock).await {
            Ok(answer) if first_value(&answer) == Some("t") => break,
            _ => {}
        }
    }
}

/// Does somebody else get this connection's server while it has no transaction open?
///
/// A transaction pooler gives an idle server to whoever begins next: the one that was used last, or the
/// one that has rested longest. Two more connections that each stay in a transaction meet this one's server in
/// the first case; in the second either they do, or this one finds itself on another.
/// Where no further connection can be had, the lock is all there is to go by.
async fn is_lent(session: &Session) -> Result<bool, tokio_postgres::Error> {
    let own = server(session).await?;
    let mut others = Vec::new();
    for _ in 0..2 {
        let Some(Ok(other)) = session.sibling().await else {
            return Ok(false);
        };
        other.client.batch_execute("begin").await?;
        if server(&other).await? == own || server(session).await? != own {
            return Ok(true);
        }
        others.push(other);
    }
    Ok(false)
}

/// The process that answers on this connection. The simple protocol needs nothing prepared.
async fn server(session: &Session) -> Result<Option<String>, tokio_postgres::Error> {
    let sql = "select pg_catalog.pg_backend_pid()";
    let answer = session.client.simple_query(sql).await?;
    Ok(first_value(&answer).map(ToOwned::to_owned))
}

fn first_value(answer: &[SimpleQueryMessage]) -> Option<&str> {
    answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    })
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
