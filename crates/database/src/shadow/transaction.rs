//! The transactions of a throw-away database: real ones, or savepoints of one that is taken back in the end.

use lodger_migration::catalog::CatalogSnapshot;

use super::ShadowError;
use crate::catalog::{CatalogError, Surroundings, load_all_again};
use crate::connect::Session;

/// What COMMIT does inside a larger transaction: deferred constraints are checked, and what was done stays.
const KEEP: &str = "set constraints all immediate; release savepoint lodger_step";
const RELEASE: &str = "release savepoint lodger_step";
const UNDO: &str = "rollback to savepoint lodger_step; release savepoint lodger_step";

/// Begins a transaction.
pub(crate) async fn begin(session: &Session) -> Result<(), ShadowError> {
    let sql = if session.is_tentative() {
        "savepoint lodger_step"
    } else {
        "begin"
    };
    let begun = session.client.batch_execute(sql).await;
    begun.map_err(|source| ShadowError::Refused {
        what: "a transaction",
        source,
    })
}

/// Ends it. After an error, what a deferred constraint says for instance, it is undone.
pub(crate) async fn commit(session: &Session) -> Result<(), tokio_postgres::Error> {
    let client = &session.client;
    if !session.is_tentative() {
        return client.batch_execute("commit").await;
    }
    let kept = client.batch_execute(KEEP).await;
    if kept.is_err() {
        client.batch_execute(UNDO).await?;
    }
    kept
}

/// Runs SQL that takes effect as a whole or not at all; after an error the session can go on.
pub(crate) async fn attempt(session: &Session, sql: &str) -> Result<(), tokio_postgres::Error> {
    let client = &session.client;
    if !session.is_tentative() {
        return client.batch_execute(sql).await;
    }
    // Apart, because a syntax error anywhere in a message keeps all of it from being run.
    client.batch_execute("savepoint lodger_step").await?;
    let done = client.batch_execute(sql).await;
    let end = if done.is_ok() { RELEASE } else { UNDO };
    client.batch_execute(end).await?;
    done
}

/// Looks at the whole catalog between transactions.
pub(crate) async fn look(session: &Session) -> Result<CatalogSnapshot, CatalogError> {
    Ok(look_around(session).await?.0)
}

/// The same, with what looks at parts of it start from.
pub(super) async fn look_around(
    session: &Session,
) -> Result<(CatalogSnapshot, Surroundings), CatalogError> {
    if session.is_tentative() {
        match session.take_untouched() {
            Some(known) => Ok(known),
            None => load_all_again(session).await,
        }
    } else {
        look_alone(session).await
    }
}

/// Looks in a transaction of its own. Several looks follow each other, and to plan their queries takes the
/// embedded server longer than to execute them.
async fn look_alone(session: &Session) -> Result<(CatalogSnapshot, Surroundings), CatalogError> {
    let client = &session.client;
    let begun = client.batch_execute("begin").await;
    begun.map_err(|source| CatalogError::Query {
        query: "session",
        source,
    })?;
    let seen = load_all_again(session).await;
    // After an error there is nothing to keep; the connection says itself if it is gone.
    client.batch_execute("rollback").await.ok();
    seen
}
