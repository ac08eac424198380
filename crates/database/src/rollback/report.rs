//! How a rollback is asked for, what it tells while it runs, and what came of it.

use std::path::PathBuf;
use std::time::Duration;

use lodger_migration::check::Check;
use lodger_migration::object::ObjectId;
use thiserror::Error;

use crate::apply::{LockError, Retry};
use crate::bookkeeping::BookkeepingError;
use crate::catalog::CatalogError;
use crate::export::{ExportError, ExportedTable};
use crate::prepare::PrepareError;
use crate::shadow::ShadowError;

/// A rollback could not be carried out. Nothing of the database has changed, unless the error says so.
#[derive(Debug, Error)]
pub enum RollbackError {
    /// The database cannot be read.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The bookkeeping fails.
    #[error(transparent)]
    Bookkeeping(#[from] BookkeepingError),
    /// Somebody else works on this project.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The catalog could not be read.
    #[error("the database's catalog cannot be read")]
    Catalog(#[from] CatalogError),
    /// What later migrations changed could not be found out.
    #[error(transparent)]
    Shadow(#[from] ShadowError),
    /// The rows could not be saved. Nothing was dropped.
    #[error("the rows could not be exported, so nothing was dropped: {0}")]
    Export(#[from] ExportError),
    /// The server takes no writes.
    #[error("the database is read-only: connect to the primary server, not to a replica")]
    ReadOnly,
    /// There is no such version in the project's history.
    #[error("version {version} is not applied here; {}", known_versions(known))]
    UnknownVersion {
        /// The version asked for.
        version: String,
        /// Those that are applied, oldest first.
        known: Vec<String>,
    },
    /// The connection broke while committing.
    #[error(
        "the answer to COMMIT did not arrive: `lodger status` tells whether it went through, and exported \
         rows are kept in any case"
    )]
    Commit(#[source] tokio_postgres::Error),
    /// Postgres refused, or the connection failed.
    #[error("the rollback failed while {doing}")]
    Postgres {
        /// What was being done.
        doing: &'static str,
        /// What happened.
        #[source]
        source: tokio_postgres::Error,
    },
}

fn known_versions(known: &[String]) -> String {
    if known.is_empty() {
        "this project has applied none".to_owned()
    } else {
        format!("these are: {}", known.join(", "))
    }
}

/// How far to go back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RollbackTarget {
    /// Take out what migrations after this version brought in.
    To(String),
    /// Take out everything, what was adopted too.
    All,
}

/// How to roll back.
#[derive(Debug, Clone)]
pub struct RollbackOptions {
    /// How far.
    pub target: RollbackTarget,
    /// Save the rows that go in this folder, which has to be new or empty.
    pub export: Option<PathBuf>,
    /// With [`RollbackTarget::All`]: remove Lodger's own schema too, if no other project uses it.
    pub forget: bool,
    /// How long one statement may wait for a lock.
    pub lock_timeout: Duration,
    /// How often and how patiently it is tried again when the locks cannot be had.
    pub retry: Retry,
    /// How long to wait for another run on the same project.
    pub wait: Duration,
}

impl RollbackOptions {
    /// The usual options.
    #[must_use]
    pub fn new(target: RollbackTarget) -> Self {
        Self {
            target,
            export: None,
            forget: false,
            lock_timeout: Duration::from_secs(1),
            retry: Retry::default(),
            wait: Duration::from_secs(10),
        }
    }
}

/// What happens during a rollback, for whoever watches.
#[derive(Debug, Clone)]
pub enum RollbackEvent {
    /// Another run on the same project is under way; this one waits.
    WaitingForLock,
    /// Rows are being saved.
    Exporting {
        /// The table.
        table: ObjectId,
        /// Rows so far.
        rows: u64,
        /// Rows in all.
        of: u64,
    },
    /// Everything is saved; now objects are dropped.
    Dropping {
        /// How many.
        objects: usize,
    },
    /// Locks could not be had, and it is tried again after a pause.
    Retrying {
        /// Attempt that failed, from 1.
        attempt: u32,
        /// What Postgres said.
        reason: String,
        /// The pause.
        pause: Duration,
    },
}

/// What came of a rollback.
#[derive(Debug, Clone)]
pub struct RollbackReport {
    /// How it ended.
    pub outcome: RollbackOutcome,
    /// The migrations that are not applied any more.
    pub versions: Vec<String>,
    /// What was dropped, by name: what was dropped explicitly and what went with it.
    pub dropped: Vec<ObjectId>,
    /// What later migrations had changed in objects that stay and that was changed back, as sentences.
    pub undone: Vec<String>,
    /// What stays although a migration that was rolled back made it, as sentences.
    pub stays: Vec<String>,
    /// The rows that were saved.
    pub exported: Vec<ExportedTable>,
    /// What was proved before COMMIT.
    pub checks: Vec<Check>,
    /// What became of Lodger's own schema, where it was to go.
    pub bookkeeping: Option<Forgotten>,
    /// How many attempts it took.
    pub attempts: u32,
}

/// How a rollback ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RollbackOutcome {
    /// What was to go is gone.
    TakenOut,
    /// There was nothing to take out.
    NothingToDo,
    /// It would harm somebody or lose rows; nothing was begun.
    Refused {
        /// Why, as sentences.
        reasons: Vec<String>,
    },
    /// Something else would have changed, so everything was undone.
    RolledBack {
        /// What, as sentences.
        differences: Vec<String>,
    },
    /// The locks could not be had within the retries. Nothing was changed but what `dropped` names:
    /// under supautils, triggers and policies of tables that stay go in a transaction of their own.
    LockNotAvailable {
        /// What Postgres said last.
        reason: String,
    },
}

/// What became of Lodger's own schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forgotten {
    /// It is gone.
    Removed,
    /// It was not there.
    NotThere,
    /// These projects still have something in it.
    UsedBy(Vec<String>),
}

impl RollbackReport {
    pub(super) fn of(outcome: RollbackOutcome) -> Self {
        Self {
            outcome,
            versions: Vec::new(),
            dropped: Vec::new(),
            undone: Vec::new(),
            stays: Vec::new(),
            exported: Vec::new(),
            checks: Vec::new(),
            bookkeeping: None,
            attempts: 0,
        }
    }
}
