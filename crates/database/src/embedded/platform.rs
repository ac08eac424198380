//! A Supabase-shaped database whose data stays in a folder: what `lodger up` runs on.

use std::path::PathBuf;

use tokio_postgres::Client;

use super::instance::{AS_PROJECT, AS_SUPERUSER, HAND_OVER, InstanceError, RENAME_SUPERUSER};
use super::{EmbeddedGuard, EmbeddedServer};
use crate::base;
use crate::connect::Session;
use crate::pool::Pool;

/// Whether the base stands there already. It comes whole or not at all.
const HAS_BASE: &str = "select pg_catalog.to_regclass('auth.users') is not null";

/// An embedded server with the platform's base.
#[derive(Debug)]
pub struct EmbeddedPlatform {
    server: EmbeddedServer,
    is_new: bool,
}

impl EmbeddedPlatform {
    /// Opens the database in `folder`, and makes it where there is none. What is made is made in one
    /// transaction: a process that is killed meanwhile leaves nothing by halves.
    ///
    /// # Errors
    /// When the server does not start, another process has the folder open, or the base is refused.
    pub async fn start_in(folder: PathBuf) -> Result<Self, InstanceError> {
        let server = EmbeddedServer::start_in(folder, &[]).await?;
        let client = &server.session().client;
        let rows = client.query_typed(HAS_BASE, &[]).await;
        let rows = rows.map_err(|source| InstanceError::Refused {
            what: "to be looked at",
            source,
        })?;
        let is_new = !rows.first().is_some_and(|row| row.get(0));
        if is_new {
            install(client).await?;
        }
        drop(server.session().take_notices());
        Ok(Self { server, is_new })
    }

    /// The database was made just now.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// The connection as a project gets it: not as a superuser, and with nothing set.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn project_session(&self) -> Result<&Session, InstanceError> {
        let session = self.server.session();
        run(&session.client, "a role", AS_PROJECT).await?;
        drop(session.take_notices());
        Ok(session)
    }

    /// Gives the one connection up for a pool of one, whose sessions are the superuser's until they take a
    /// role. The server stops when the second value is dropped.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn into_pool(self) -> Result<(Pool, EmbeddedGuard), InstanceError> {
        let client = &self.server.session().client;
        run(client, "its superuser", AS_SUPERUSER).await?;
        Ok(self.server.into_pool())
    }
}

async fn install(client: &Client) -> Result<(), InstanceError> {
    let mut parts = vec![
        ("a transaction", "begin"),
        ("to rename its superuser", RENAME_SUPERUSER),
    ];
    parts.extend(base::parts());
    parts.extend([("an owner", HAND_OVER), ("to commit", "commit")]);
    for (what, sql) in parts {
        if let Err(error) = run(client, what, sql).await {
            // The connection may be gone as well; what failed is worth more than that.
            client.batch_execute("rollback").await.ok();
            return Err(error);
        }
    }
    Ok(())
}

async fn run(client: &Client, what: &'static str, sql: &str) -> Result<(), InstanceError> {
    let done = client.batch_execute(sql).await;
    done.map_err(|source| InstanceError::Refused { what, source })
}
