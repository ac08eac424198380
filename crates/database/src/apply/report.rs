//! How to apply, what happens meanwhile, and what came of it.

use std::time::Duration;

use lodger_migration::check::Check;
use lodger_migration::plan::steps::StepReason;

use super::retry::Retry;
use super::supabase::LedgerNote;
use crate::prepare::Prepared;

/// How to apply.
#[derive(Debug, Clone)]
pub struct ApplyOptions {
    /// How long one statement may wait for a lock.
    pub lock_timeout: Duration,
    /// How often and how patiently a step that could not get its locks is tried again.
    pub retry: Retry,
    /// How long to wait for another apply of the same project.
    pub wait: Duration,
    /// Apply only if the catalog still has this fingerprint, which a plan printed.
    pub expected_fingerprint: Option<String>,
}

impl Default for ApplyOptions {
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_secs(1),
            retry: Retry::default(),
            wait: Duration::from_mins(1),
            expected_fingerprint: None,
        }
    }
}

/// What happens while migrations are applied, for whoever watches.
#[derive(Debug, Clone)]
pub enum ApplyEvent {
    /// Another apply of the same project runs; this one waits.
    WaitingForLock,
    /// A step begins: migration, its number from 1, how many there are, why it is one of its own.
    StepStarted {
        /// The migration.
        version: String,
        /// From 1.
        number: usize,
        /// How many the migration has.
        of: usize,
        /// Why it is a step of its own.
        reason: Option<StepReason>,
    },
    /// A step could not get a lock, or collided, and is tried again after a pause.
    Retrying {
        /// The migration.
        version: String,
        /// Attempt that failed, from 1.
        attempt: u32,
        /// What Postgres said.
        reason: String,
        /// The pause.
        pause: Duration,
    },
    /// A step is committed.
    StepDone {
        /// The migration.
        version: String,
        /// From 1.
        number: usize,
    },
}

/// What came of an apply.
#[derive(Debug)]
pub struct ApplyReport {
    /// The plan that it followed.
    pub prepared: Prepared,
    /// What it did, migration by migration, as far as it got.
    pub applied: Vec<AppliedReport>,
    /// How it ended.
    pub outcome: ApplyOutcome,
}

/// How an apply ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApplyOutcome {
    /// Everything that was due is applied. True also when nothing was.
    Applied,
    /// The plan was refused; nothing was begun.
    Refused,
    /// The catalog is not the one that the plan was made for.
    Stale {
        /// What is different.
        differences: Vec<String>,
    },
    /// A step did something else than planned, or a postcondition did not hold. It was rolled back.
    RolledBack {
        /// The migration.
        version: String,
        /// What was wrong, as sentences.
        differences: Vec<String>,
    },
    /// The locks could not be had within the retries. The step was rolled back.
    LockNotAvailable {
        /// The migration.
        version: String,
        /// What Postgres said last.
        reason: String,
    },
}

/// What was done for one migration.
#[derive(Debug, Clone)]
pub struct AppliedReport {
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: String,
    /// The steps that are committed.
    pub steps: Vec<StepReport>,
    /// What became of its line in Supabase's own history table.
    pub ledger: LedgerNote,
}

/// One committed step.
#[derive(Debug, Clone)]
pub struct StepReport {
    /// Why it was one of its own.
    pub reason: Option<StepReason>,
    /// How many statements it ran.
    pub statements: usize,
    /// How many attempts it took.
    pub attempts: u32,
    /// From BEGIN to COMMIT of the attempt that worked.
    pub duration: Duration,
    /// What was proved before COMMIT, or after it for a step outside a transaction.
    pub checks: Vec<Check>,
}
