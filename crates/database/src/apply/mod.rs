//! Applies migrations: one transaction each, or the steps of the plan, each proved before its COMMIT.

mod alone;
mod lock;
mod retry;
mod step;
mod supabase;

use std::collections::BTreeSet;
use std::time::Duration;

use lodger_migration::check::Check;
use lodger_migration::migration::Migration;
use lodger_migration::object::ObjectId;
use lodger_migration::plan::steps::{Step, StepKind, StepReason};
use lodger_migration::plan::{MigrationState, PlannedMigration};
use lodger_migration::run::MigrationRun;
use lodger_migration::settings::Settings;
use thiserror::Error;

use crate::bookkeeping::{self, BookkeepingError};
use crate::catalog::CatalogError;
use crate::connect::Session;
use crate::prepare::{PrepareError, Prepared, prepare};

pub use lock::LockError;
pub use retry::Retry;
pub use supabase::LedgerNote;

/// Migrations could not be applied. What was begun is undone, or recorded as interrupted.
#[derive(Debug, Error)]
pub enum ApplyError {
    /// No plan could be made.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The bookkeeping fails.
    #[error(transparent)]
    Bookkeeping(#[from] BookkeepingError),
    /// Somebody else is applying this project's migrations.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The catalog could not be read.
    #[error("the database's catalog cannot be read")]
    Catalog(#[from] CatalogError),
    /// The server takes no writes.
    #[error("the database is read-only: connect to the primary server, not to a replica")]
    ReadOnly,
    /// Postgres refused a statement.
    #[error("migration {version}, line {line}: Postgres refuses the statement")]
    Statement {
        /// The migration.
        version: String,
        /// The line its statement starts in.
        line: u32,
        /// What Postgres said.
        #[source]
        source: tokio_postgres::Error,
    },
    /// The connection failed between statements.
    #[error("migration {version}: the connection to the database failed while {doing}")]
    Connection {
        /// The migration.
        version: String,
        /// What was being done.
        doing: &'static str,
        /// What happened.
        #[source]
        source: tokio_postgres::Error,
    },
}

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
            wait: Duration::from_secs(10),
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

/// Why a step did not go through.
pub(crate) enum StepFailure {
    /// Something is not as planned.
    Unexpected(Vec<String>),
    /// The catalog has changed since the plan.
    Stale(Vec<String>),
    /// Postgres refused a statement, or the connection broke.
    Postgres {
        line: Option<u32>,
        doing: &'static str,
        source: tokio_postgres::Error,
    },
    /// The bookkeeping or the catalog failed.
    Other(ApplyError),
}

/// One apply under way.
pub(crate) struct Applying<'a> {
    pub(crate) session: &'a Session,
    pub(crate) settings: &'a Settings,
    pub(crate) options: &'a ApplyOptions,
    pub(crate) prepared: &'a Prepared,
    /// Objects that earlier steps of this very apply changed: they may differ from the plan's snapshot.
    pub(crate) touched: BTreeSet<ObjectId>,
}

/// Applies the migrations that are due.
///
/// # Errors
/// When there is no plan, no lock, or Postgres refuses. What differs from the plan is no error but an outcome.
pub async fn apply(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
    options: &ApplyOptions,
    watch: &mut (dyn FnMut(ApplyEvent) + Send),
) -> Result<ApplyReport, ApplyError> {
    let lock = lock::acquire(session, &settings.project, options.wait, watch).await?;
    let report = Box::pin(apply_locked(session, migrations, settings, options, watch)).await;
    lock.release(session).await;
    report
}

async fn apply_locked(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
    options: &ApplyOptions,
    watch: &mut (dyn FnMut(ApplyEvent) + Send),
) -> Result<ApplyReport, ApplyError> {
    let prepared = prepare(session, migrations, settings).await?;
    let mut applied = Vec::new();
    let outcome = match early_end(&prepared, options) {
        Some(outcome) => outcome,
        None if prepared.present.snapshot.server.read_only => return Err(ApplyError::ReadOnly),
        None => {
            bookkeeping::ensure(session).await?;
            let touched = BTreeSet::new();
            let mut applying = Applying {
                session,
                settings,
                options,
                prepared: &prepared,
                touched,
            };
            applying.all(migrations, &mut applied, watch).await?
        }
    };
    Ok(ApplyReport {
        prepared,
        applied,
        outcome,
    })
}

/// The ends that need no transaction at all.
fn early_end(prepared: &Prepared, options: &ApplyOptions) -> Option<ApplyOutcome> {
    let fingerprint = &prepared.plan.fingerprint;
    if let Some(expected) = options
        .expected_fingerprint
        .as_ref()
        .filter(|it| *it != fingerprint)
    {
        let differences = vec![format!(
            "the catalog's fingerprint is {fingerprint}, and the reviewed plan's is {expected}"
        )];
        return Some(ApplyOutcome::Stale { differences });
    }
    let edited = prepared.states.contains(&MigrationState::Edited);
    if prepared.plan.is_refused() || edited {
        return Some(ApplyOutcome::Refused);
    }
    (prepared.plan.due().next().is_none()).then_some(ApplyOutcome::Applied)
}

impl Applying<'_> {
    async fn all(
        &mut self,
        migrations: &[Migration],
        applied: &mut Vec<AppliedReport>,
        watch: &mut (dyn FnMut(ApplyEvent) + Send),
    ) -> Result<ApplyOutcome, ApplyError> {
        for (migration, planned) in migrations.iter().zip(&self.prepared.plan.migrations) {
            let Some(run) = planned.run.as_ref().filter(|_| planned.state.is_due()) else {
                continue;
            };
            let mut report = AppliedReport {
                version: planned.version.clone(),
                name: planned.name.clone(),
                steps: Vec::new(),
                ledger: LedgerNote::NoLedger,
            };
            let outcome = self
                .migration(migration, planned, run, &mut report, watch)
                .await;
            if !report.steps.is_empty() {
                applied.push(report);
            }
            match outcome? {
                ApplyOutcome::Applied => {}
                other => return Ok(other),
            }
        }
        Ok(ApplyOutcome::Applied)
    }

    async fn migration(
        &mut self,
        migration: &Migration,
        planned: &PlannedMigration,
        run: &MigrationRun,
        report: &mut AppliedReport,
        watch: &mut (dyn FnMut(ApplyEvent) + Send),
    ) -> Result<ApplyOutcome, ApplyError> {
        let client = &self.session.client;
        let steps: Vec<Step> = run.steps.iter().map(|it| it.step.clone()).collect();
        let before = match planned.state {
            MigrationState::Interrupted { steps_done } => steps_done,
            _ => 0,
        };
        if before == 0 {
            let project = &self.settings.project;
            bookkeeping::remove_migration(client, project, &migration.version).await?;
            bookkeeping::record_started(client, project, migration, &steps).await?;
        }
        self.prepare_session(migration).await?;
        for (position, step) in run.steps.iter().enumerate() {
            let number = before + position + 1;
            watch(ApplyEvent::StepStarted {
                version: migration.version.clone(),
                number,
                of: before + run.steps.len(),
                reason: step.step.reason,
            });
            let done = match step.step.kind {
                StepKind::Transaction => {
                    let last = position + 1 == run.steps.len();
                    self.transaction(migration, run, position, last, report, watch)
                        .await
                }
                StepKind::Alone => self.alone(migration, run, position, watch).await,
            };
            match done {
                Ok(done) => report.steps.push(done),
                Err(failure) => return give_up(migration, failure),
            }
            self.touched.extend(step.difference.changes.keys().cloned());
            watch(ApplyEvent::StepDone {
                version: migration.version.clone(),
                number,
            });
        }
        Ok(ApplyOutcome::Applied)
    }

    /// Names go where the project wants them, and no statement waits long for a lock.
    async fn prepare_session(&self, migration: &Migration) -> Result<(), ApplyError> {
        let timeout = self.options.lock_timeout.as_millis();
        let schema = crate::sql::quoted(&self.settings.schema);
        let missing = self.prepared.present.snapshot.get(&ObjectId::global(
            lodger_migration::object::ObjectKind::Schema,
            &self.settings.schema,
        ));
        let create = if missing.is_none() {
            format!("create schema if not exists {schema}; ")
        } else {
            String::new()
        };
        let sql = format!(
            "{create}reset all; set search_path = {schema}, extensions; set lock_timeout = '{timeout}ms'"
        );
        self.session
            .client
            .batch_execute(&sql)
            .await
            .map_err(|source| ApplyError::Connection {
                version: migration.version.clone(),
                doing: "preparing the session",
                source,
            })
    }
}

fn give_up(migration: &Migration, failure: StepFailure) -> Result<ApplyOutcome, ApplyError> {
    let version = migration.version.clone();
    match failure {
        StepFailure::Unexpected(differences) => Ok(ApplyOutcome::RolledBack {
            version,
            differences,
        }),
        StepFailure::Stale(differences) => Ok(ApplyOutcome::Stale { differences }),
        StepFailure::Other(error) => Err(error),
        StepFailure::Postgres { source, .. } if retry::is_worth_another_try(&source) => {
            let reason = retry::sentence(&source);
            Ok(ApplyOutcome::LockNotAvailable { version, reason })
        }
        StepFailure::Postgres {
            line: Some(line),
            source,
            ..
        } => Err(ApplyError::Statement {
            version,
            line,
            source,
        }),
        StepFailure::Postgres { doing, source, .. } => Err(ApplyError::Connection {
            version,
            doing,
            source,
        }),
    }
}
