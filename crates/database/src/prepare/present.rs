//! What stands in a database: read once, in one transaction.

use std::collections::{BTreeMap, BTreeSet};
#[cfg(feature = "testing")]
use std::sync::Arc;

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::history::{self, AppliedMigration};
use lodger_migration::migration::Migration;
use lodger_migration::object::ObjectId;
use lodger_migration::owner::Ownership;
use lodger_migration::plan::reach::{Reach, reach};
use tokio_postgres::Client;

use super::PrepareError;
use crate::bookkeeping;
use crate::catalog::{
    PAUSE, Patience, begin_look, is_printed_apart, load_outline_in, load_snapshot_in, print_in,
};
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
    /// Where only an outline of the catalog was read: what the migrations that are due reach by their text. Of
    /// indexes and policies the definitions and expressions are there for these, and for no others.
    pub outline: Option<Reach>,
}

impl Present {
    /// Reads it in one read-only transaction, which takes no lock beyond reading the catalog.
    ///
    /// # Errors
    /// When the catalog or the bookkeeping cannot be read.
    pub async fn load(session: &Session, project: &str) -> Result<Self, PrepareError> {
        Self::patiently(session, None, project).await
    }

    /// As [`Self::load`], without what a plan for `migrations` does not need: most of the time of a look at many
    /// tables goes into printing what these do not touch.
    ///
    /// # Errors
    /// When the catalog or the bookkeeping cannot be read.
    pub async fn outline(
        session: &Session,
        migrations: &[Migration],
        project: &str,
    ) -> Result<Self, PrepareError> {
        Self::patiently(session, Some(migrations), project).await
    }

    /// Looks in a read-only transaction of its own, and once more when something is in the way; at everything, or in
    /// outline for some migrations.
    async fn patiently(
        session: &Session,
        outline_for: Option<&[Migration]>,
        project: &str,
    ) -> Result<Self, PrepareError> {
        let client = &session.client;
        let mut patience = Patience::new();
        loop {
            begin_look(client).await.map_err(PrepareError::Read)?;
            let present = match outline_for {
                Some(migrations) => Self::outline_in(client, migrations, project).await,
                None => Self::load_in(client, project).await,
            };
            // After an error there is nothing to keep; the connection says itself if it is gone.
            client.batch_execute("rollback").await.ok();
            match present {
                Err(PrepareError::Catalog(error)) if patience.allows(&error) => {
                    tokio::time::sleep(PAUSE).await;
                }
                done => return done,
            }
        }
    }

    async fn outline_in(
        client: &Client,
        migrations: &[Migration],
        project: &str,
    ) -> Result<Self, PrepareError> {
        let (snapshot, around) = load_outline_in(client).await?;
        let mut present = Self::with_bookkeeping(client, snapshot, project).await?;
        let reach = present.reach_of(migrations);
        print_in(client, &mut present.snapshot, &around, &printed(&reach)).await?;
        present.outline = Some(reach);
        Ok(present)
    }

    /// What an outline for `migrations` would have been.
    #[cfg(feature = "testing")]
    pub(super) fn outlined(mut self, migrations: &[Migration]) -> Self {
        let reach = self.reach_of(migrations);
        let whole = self.snapshot.entries.clone();
        let left_out = whole
            .iter()
            .filter(|(id, _)| is_printed_apart(id) && !reach.contains(id));
        for (id, entry) in left_out {
            let entry = crate::catalog::without_print(entry);
            self.snapshot.entries.insert(id.clone(), Arc::new(entry));
        }
        self.outline = Some(reach);
        self
    }

    fn reach_of(&self, migrations: &[Migration]) -> Reach {
        let states = history::states(migrations, &self.history);
        let due = history::due(migrations, &states);
        reach(&self.snapshot, &due, &BTreeSet::new())
    }

    /// Is all there that a mirror of `reach` is made from?
    pub(super) fn is_whole_within(&self, reach: &Reach) -> bool {
        let Some(outline) = &self.outline else {
            return true;
        };
        printed(reach).is_subset(&printed(outline))
    }

    /// Reads it in the transaction that the caller has begun.
    ///
    /// # Errors
    /// When the catalog or the bookkeeping cannot be read.
    pub async fn load_in(client: &Client, project: &str) -> Result<Self, PrepareError> {
        let snapshot = load_snapshot_in(client).await?;
        Self::with_bookkeeping(client, snapshot, project).await
    }

    async fn with_bookkeeping(
        client: &Client,
        snapshot: CatalogSnapshot,
        project: &str,
    ) -> Result<Self, PrepareError> {
        let ownership = bookkeeping::load_ownership(client, &snapshot, project).await?;
        let history = bookkeeping::load_history(client, &snapshot, project).await?;
        let taken_versions = bookkeeping::load_taken_versions(client, &snapshot, &history).await?;
        Ok(Self {
            snapshot,
            ownership,
            history,
            taken_versions,
            outline: None,
        })
    }
}

/// Those in reach of which an outline prints more.
fn printed(reach: &Reach) -> BTreeSet<&ObjectId> {
    let all = reach.full.iter().chain(&reach.needed);
    all.filter(|id| is_printed_apart(id)).collect()
}
