//! What stands in a database: read once, in one transaction.

use std::collections::BTreeMap;

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::history::AppliedMigration;
use lodger_migration::owner::Ownership;
use tokio_postgres::Client;

use super::PrepareError;
use crate::bookkeeping;
use crate::catalog::{PAUSE, Patience, begin_look, load_snapshot_in};
use crate::connect::Session;

/// What stands in a database, as one project sees it.
#[derive(Debug, Clone)]
pub struct Present {
    /// Its catalog.
    pub snapshot: CatalogSnapshot,
    /// Whose each object is.
    pub ownership: Ownership,
    /// The project's history.
    pub history: Vec<AppliedMigration>,
    /// The versions in Supabase's own history that this project has not applied, with their names.
    pub taken_versions: BTreeMap<String, String>,
}

impl Present {
    /// Reads it in one read-only transaction, which takes no lock beyond reading the catalog.
    ///
    /// # Errors
    /// When the catalog or the bookkeeping cannot be read.
    pub async fn load(session: &Session, project: &str) -> Result<Self, PrepareError> {
        let mut patience = Patience::new();
        loop {
            match Self::load_once(session, project).await {
                Err(PrepareError::Catalog(error)) if patience.allows(&error) => {
                    tokio::time::sleep(PAUSE).await;
                }
                done => return done,
            }
        }
    }

    async fn load_once(session: &Session, project: &str) -> Result<Self, PrepareError> {
        let client = &session.client;
        begin_look(client).await.map_err(PrepareError::Read)?;
        let present = Self::load_in(client, project).await;
        // After an error there is nothing to keep; the connection says itself if it is gone.
        client.batch_execute("rollback").await.ok();
        present
    }

    /// Reads it in the transaction that the caller has begun.
    ///
    /// # Errors
    /// When the catalog or the bookkeeping cannot be read.
    pub async fn load_in(client: &Client, project: &str) -> Result<Self, PrepareError> {
        let snapshot = load_snapshot_in(client).await?;
        let ownership = bookkeeping::load_ownership(client, &snapshot, project).await?;
        let history = bookkeeping::load_history(client, &snapshot, project).await?;
        let taken_versions = bookkeeping::load_taken_versions(client, &snapshot, &history).await?;
        Ok(Self {
            snapshot,
            ownership,
            history,
            taken_versions,
        })
    }
}
