//! What really happened when a project's migrations ran on a throw-away database.

use crate::catalog::{CatalogSnapshot, Difference, Entries};
use crate::object::ObjectId;
use crate::plan::steps::Step;

/// An error that Postgres reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// SQLSTATE, such as `42P07`.
    pub sqlstate: String,
    /// Its message.
    pub message: String,
    /// Its hint or detail.
    pub hint: Option<String>,
    /// Byte position within the statement's text, from 0, where Postgres points at one.
    pub position: Option<usize>,
}

/// A message below an error: NOTICE or WARNING.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// SQLSTATE, such as `42P07` for "already exists, skipping".
    pub sqlstate: String,
    /// Its message.
    pub message: String,
    /// Its detail, such as the list of what a CASCADE took along.
    pub detail: Option<String>,
}

/// A lock on a relation that a statement holds until its transaction ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lock {
    /// `schema.name`.
    pub relation: String,
    /// Postgres' own name for the mode, as in `pg_locks.mode`.
    pub mode: String,
}

/// What one statement did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatementRun {
    /// What it changed in the catalog.
    pub difference: Difference,
    /// The objects it created or changed, as they stood afterwards.
    pub entries: Entries,
    /// It failed; what it had done was undone, and the run went on with the next one.
    pub failure: Option<Failure>,
    /// What Postgres said while it ran.
    pub notices: Vec<Notice>,
    /// The locks it took on relations that were there before the migration.
    pub locks: Vec<Lock>,
    /// The schemas that unqualified names were looked up in, in order, when it started.
    pub search_path: Vec<String>,
    /// The tables that were there before it and whose rows it wrote, itself or through triggers.
    pub written: Vec<ObjectId>,
    /// Why it was not run, or not run as written.
    pub not_evaluated: Option<String>,
}

/// What one migration did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MigrationRun {
    /// Its version.
    pub version: String,
    /// What stood there before it.
    pub before: CatalogSnapshot,
    /// What stood there after it.
    pub after: CatalogSnapshot,
    /// Statement by statement, in file order.
    pub statements: Vec<StatementRun>,
    /// The order in which they ran: positions in `statements`.
    pub order: Vec<usize>,
    /// Step by step, as they ran.
    pub steps: Vec<StepRun>,
}

/// What one step did: the statements of one transaction, or one that runs outside of any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StepRun {
    /// The step as it ran, with the SQL that was found out on the way.
    pub step: Step,
    /// What it changed in the catalog.
    pub difference: Difference,
    /// The objects it created or changed, as they stood afterwards.
    pub entries: Entries,
}

impl MigrationRun {
    /// Leaves out what was done about one privilege, which the database that is meant does not know.
    pub fn forget_privilege(&mut self, privilege: &str) {
        for statement in &mut self.statements {
            statement.difference.forget_privilege(privilege);
        }
        for step in &mut self.steps {
            step.difference.forget_privilege(privilege);
        }
    }

    /// The catalog as it stood before statement `index` of this migration.
    #[must_use]
    pub fn state_before(&self, index: usize) -> CatalogSnapshot {
        let mut state = self.before.clone();
        for run in self.order.iter().take_while(|it| **it != index) {
            if let Some(run) = self.statements.get(*run) {
                run.play_on(&mut state);
            }
        }
        state
    }
}

impl StatementRun {
    /// Makes the same changes to `state`.
    pub fn play_on(&self, state: &mut CatalogSnapshot) {
        for id in self.difference.dropped() {
            state.entries.remove(id);
        }
        for (id, entry) in &self.entries {
            state.entries.insert(id.clone(), entry.clone());
        }
    }
}
