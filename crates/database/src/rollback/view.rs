//! What stands in the database, as one transaction of a rollback sees it.

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::history::AppliedMigration;
use lodger_migration::owner::Ownership;
use lodger_migration::settings::Settings;
use tokio_postgres::Client;

use super::order::order;
use super::scope::{Scope, scope};
use super::undo::Undo;
use super::{RollbackError, RollbackOptions, refusals};
use crate::bookkeeping::{self, Claim};
use crate::catalog::load_snapshot_in;

/// What stands in the database, as one transaction sees it.
#[derive(Debug)]
pub(super) struct View {
    pub(super) snapshot: CatalogSnapshot,
    pub(super) ownership: Ownership,
    pub(super) claims: Vec<Claim>,
    pub(super) history: Vec<AppliedMigration>,
}

impl View {
    /// Reads it in the open transaction.
    pub(super) async fn load_in(client: &Client, project: &str) -> Result<Self, RollbackError> {
        let snapshot = load_snapshot_in(client).await?;
        let claims = bookkeeping::load_claims(client, &snapshot).await?;
        let owned = claims
            .iter()
            .filter_map(|claim| Some((claim.object.clone()?, claim.project.clone())));
        Ok(Self {
            ownership: Ownership {
                project: project.to_owned(),
                claims: owned.collect(),
            },
            history: bookkeeping::load_history(client, &snapshot, project).await?,
            claims,
            snapshot,
        })
    }

    pub(super) fn scope(&self, settings: &Settings, options: &RollbackOptions) -> Scope {
        scope(
            &settings.project,
            &options.target,
            &self.claims,
            &self.history,
            &self.snapshot,
        )
    }

    /// Why it cannot be done, apart from rows that would be lost.
    pub(super) fn refusals(&self, scope: &Scope, undo: &Undo) -> Vec<String> {
        let drops = order(scope, undo, &self.snapshot);
        let mut reasons = refusals::dependents(scope, undo, &self.snapshot, &self.ownership);
        reasons.extend(refusals::rights(&drops, scope, &self.snapshot));
        reasons
    }
}
