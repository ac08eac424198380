//! Lodger's own schema in the target: each project's history, and who brought in which object.

mod claims;
mod history;
mod ledger;

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::object::{ObjectId, ObjectKind};
use thiserror::Error;
use tokio_postgres::GenericClient;
use tokio_postgres::error::SqlState;

pub use claims::{
    Claim, claim, load_claims, load_ownership, relabel, release, release_named, release_versions,
};
#[cfg(feature = "embedded")]
pub(crate) use history::peek_history;
pub use history::{finish_step, load_history, record_baseline, record_started, remove_migration};
pub use ledger::load_taken_versions;

use crate::connect::Session;
use crate::sql::quoted;

const CREATE: &str = include_str!("create.sql");

/// The history cannot be read or written.
#[derive(Debug, Error)]
pub enum BookkeepingError {
    /// Postgres refuses.
    #[error("Lodger's schema `lodger` cannot be {done}{}", advice(done, source))]
    Refused {
        /// What was to be done with it.
        done: &'static str,
        /// What Postgres said.
        #[source]
        source: tokio_postgres::Error,
    },
    /// A row was written by a newer Lodger, or by hand.
    #[error("lodger.migrations holds steps of version {version} that cannot be read: {reason}")]
    Malformed {
        /// The migration's version.
        version: String,
        /// What is wrong with them.
        reason: String,
    },
}

/// What to do where a right is missing.
fn advice(done: &str, error: &tokio_postgres::Error) -> &'static str {
    if error.code() != Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
        ""
    } else if done == "created" {
        "; the role needs the right CREATE on the database"
    } else {
        "; connect as the role that made it, which all projects share, or have it granted to this one"
    }
}

fn refused(done: &'static str) -> impl Fn(tokio_postgres::Error) -> BookkeepingError {
    move |source| BookkeepingError::Refused { done, source }
}

/// Is the bookkeeping there at all?
#[must_use]
pub fn is_there(snapshot: &CatalogSnapshot) -> bool {
    snapshot.table("lodger", "migrations").is_some()
}

/// Creates the bookkeeping where it is missing, in a transaction of its own.
///
/// # Errors
/// When the role may not create a schema.
pub async fn ensure(session: &Session) -> Result<(), BookkeepingError> {
    session
        .client
        .batch_execute(CREATE)
        .await
        .map_err(refused("created"))?;
    drop(session.take_notices());
    Ok(())
}

/// Creates a project's home schema, lets `users` look names up in it, and claims it, in one transaction.
///
/// # Errors
/// When the role may not create a schema.
pub async fn create_schema(
    client: &impl GenericClient,
    project: &str,
    schema: &str,
    users: &[&str],
) -> Result<(), BookkeepingError> {
    let mut create = format!("begin; create schema if not exists {}", quoted(schema));
    for role in users {
        create.push_str(&format!(
            "; grant usage on schema {} to {}",
            quoted(schema),
            quoted(role)
        ));
    }
    let work = async {
        client
            .batch_execute(&create)
            .await
            .map_err(refused("extended by a home schema"))?;
        let sql = "select oid from pg_catalog.pg_namespace where nspname = $1";
        let row = client
            .query_one(sql, &[&schema])
            .await
            .map_err(refused("read"))?;
        let id = ObjectId::global(ObjectKind::Schema, schema);
        claim(client, project, None, &[(id, row.get(0))]).await?;
        client
            .batch_execute("commit")
            .await
            .map_err(refused("written"))
    };
    let done = work.await;
    if done.is_err() {
        client.batch_execute("rollback").await.ok();
    }
    done
}

/// Removes the bookkeeping, if no other project has anything in it.
///
/// # Errors
/// When Postgres refuses.
pub async fn forget(client: &impl GenericClient) -> Result<bool, BookkeepingError> {
    let rows = client
        .query_one(include_str!("is_empty.sql"), &[])
        .await
        .map_err(refused("read"))?;
    let empty: bool = rows.get(0);
    if empty {
        client
            .batch_execute("drop table lodger.objects, lodger.migrations; drop schema lodger")
            .await
            .map_err(refused("removed"))?;
    }
    Ok(empty)
}

/// The projects that have anything in the bookkeeping.
///
/// # Errors
/// When it cannot be read.
pub async fn projects(client: &impl GenericClient) -> Result<Vec<String>, BookkeepingError> {
    let rows = client
        .query(include_str!("list_projects.sql"), &[])
        .await
        .map_err(refused("read"))?;
    Ok(rows.into_iter().map(|row| row.get(0)).collect())
}
