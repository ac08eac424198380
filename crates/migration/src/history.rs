//! A project's history on one database, and where each of its migrations stands in it.

use crate::migration::Migration;
use crate::plan::MigrationState;
use crate::plan::steps::Step;

/// One row of the history table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedMigration {
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: String,
    /// SHA-256 of the file as it was applied.
    pub checksum: String,
    /// It was declared to be there already, and never run.
    pub baseline: bool,
    /// It was applied to the end.
    pub finished: bool,
    /// The steps as they were planned when it was started.
    pub steps: Vec<Step>,
    /// How many of them are done.
    pub steps_done: usize,
    /// When it was finished, or started, as RFC 3339.
    pub at: String,
}

impl AppliedMigration {
    /// Begun, and nothing of it was ever committed, is as good as never begun.
    fn left_something(&self) -> bool {
        self.finished || self.steps_done > 0
    }
}

/// The migrations that are due, in order. `states` are those of [`states`].
#[must_use]
pub fn due<'a>(migrations: &'a [Migration], states: &[MigrationState]) -> Vec<&'a Migration> {
    let all = migrations.iter().zip(states);
    let due = all.filter(|(_, state)| state.is_due());
    due.map(|(migration, _)| migration).collect()
}

/// Where each migration stands, in the order of `migrations`.
#[must_use]
pub fn states(migrations: &[Migration], history: &[AppliedMigration]) -> Vec<MigrationState> {
    let newest = history
        .iter()
        .filter(|it| it.finished)
        .map(|it| &it.version)
        .max();
    migrations
        .iter()
        .map(|migration| {
            let row = history
                .iter()
                .find(|it| it.version == migration.version)
                .filter(|it| it.left_something());
            let Some(row) = row else {
                let late = newest.is_some_and(|newest| migration.version < *newest);
                return if late {
                    MigrationState::OutOfOrder
                } else {
                    MigrationState::Pending
                };
            };
            if row.baseline {
                MigrationState::Baseline
            } else if row.checksum != migration.checksum {
                MigrationState::Edited
            } else if row.finished {
                MigrationState::Applied
            } else {
                MigrationState::Interrupted {
                    steps_done: row.steps_done,
                }
            }
        })
        .collect()
}

/// The rows whose files are gone, of which something may stand in the database.
pub fn missing<'a>(
    migrations: &'a [Migration],
    history: &'a [AppliedMigration],
) -> impl Iterator<Item = &'a AppliedMigration> {
    history
        .iter()
        .filter(|row| row.left_something())
        .filter(|row| !migrations.iter().any(|it| it.version == row.version))
}
