//! Applies migrations: one transaction each, or the steps of the plan, each proved before its COMMIT.

mod alone;
pub(crate) mod lock;
mod report;
pub(crate) mod retry;
mod seen;
mod step;
mod supabase;

use std::collections::BTreeSet;

use lodger_migration::migration::Migration;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::plan::steps::{Step, StepKind};
use lodger_migration::plan::{MigrationState, PlannedMigration};
use lodger_migration::run::MigrationRun;
use lodger_migration::settings::Settings;
use thiserror::Error;
use tokio_postgres::error::SqlState;

use crate::bookkeeping::{self, BookkeepingError};
use crate::catalog::CatalogError;
use crate::connect::Session;
use crate::prepare::{PrepareError, Prepared, prepare_whole};
use crate::sql::quoted;
use seen::Seen;

pub use lock::LockError;
pub use report::{AppliedReport, ApplyEvent, ApplyOptions, ApplyOutcome, ApplyReport, StepReport};
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
    /// What the plan makes, changes or removes.
    planned: BTreeSet<&'a ObjectId>,
    /// What the last step left behind.
    seen: Option<Seen>,
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
    let prepared = prepare_whole(session, migrations, settings).await?;
    let mut applied = Vec::new();
    let outcome = match early_end(&prepared, options) {
        Some(outcome) => outcome,
        None if prepared.present.snapshot.server.read_only => return Err(ApplyError::ReadOnly),
        None => {
            bookkeeping::ensure(session).await?;
            let runs = prepared
                .plan
                .migrations
                .iter()
                .filter_map(|it| it.run.as_ref());
            let planned = runs
                .flat_map(|run| &run.steps)
                .flat_map(|step| step.difference.changes.keys());
            let mut applying = Applying {
                session,
                settings,
                options,
                prepared: &prepared,
                touched: BTreeSet::new(),
                planned: planned.collect(),
                seen: None,
            };
            applying.ensure_home_schema().await?;
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
        let steps: Vec<Step> = run.steps.iter().map(|it| it.step.clone()).collect();
        let mut before = match planned.state {
            MigrationState::Interrupted { steps_done } => steps_done,
            _ => 0,
        };
        if let Some(gone) = self.prepared.gone.get(&migration.version) {
            let last = run.steps.is_empty();
            match self.record_gone(migration, gone, last, report).await {
                Ok(done) => report.steps.push(done),
                Err(failure) => return give_up(migration, failure),
            }
            before += 1;
        }
        if before == 0 {
            self.record_started(migration, &steps).await?;
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
            let last = position + 1 == run.steps.len();
            let done = match step.step.kind {
                StepKind::Transaction => {
                    self.transaction(migration, run, position, last, report, watch)
                        .await
                }
                StepKind::Alone => {
                    self.seen = None;
                    self.alone(migration, run, position, last, report, watch)
                        .await
                }
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

    /// Records that a migration is begun, in place of what an earlier attempt has recorded.
    async fn record_started(
        &mut self,
        migration: &Migration,
        steps: &[Step],
    ) -> Result<(), ApplyError> {
        let client = &self.session.client;
        let run = async |sql| {
            let done = client.batch_execute(sql).await;
            done.map_err(|source| ApplyError::Connection {
                version: migration.version.clone(),
                doing: "recording that it is begun",
                source,
            })
        };
        run("begin").await?;
        let project = &self.settings.project;
        let recorded = async {
            bookkeeping::remove_migration(client, project, &migration.version).await?;
            bookkeeping::record_started(client, project, migration, steps).await
        };
        if let Err(error) = recorded.await {
            // The connection may be gone as well; what failed is worth more than that.
            client.batch_execute("rollback").await.ok();
            return Err(error.into());
        }
        run("commit").await?;
        if let Some(seen) = &mut self.seen {
            seen.count();
        }
        Ok(())
    }

    /// Names go where the project wants them, and no statement waits long for a lock.
    async fn prepare_session(&self, migration: &Migration) -> Result<(), ApplyError> {
        let timeout = self.options.lock_timeout.as_millis();
        let schema = quoted(&self.settings.schema);
        let sql = format!(
            "reset all; set search_path = {schema}, extensions; set lock_timeout = '{timeout}ms'"
        );
        let client = &self.session.client;
        client
            .batch_execute(&sql)
            .await
            .map_err(|source| ApplyError::Connection {
                version: migration.version.clone(),
                doing: "preparing the session",
                source,
            })
    }

    /// Makes the home schema where it is missing, and claims it, so that a rollback takes it out again.
    async fn ensure_home_schema(&self) -> Result<(), BookkeepingError> {
        let name = &self.settings.schema;
        let id = ObjectId::global(ObjectKind::Schema, name);
        if self.prepared.present.snapshot.get(&id).is_some() {
            return Ok(());
        }
        // As in `public`: the API's roles may look names up there; what they may do, each table says.
        let there = &self.prepared.present.snapshot.server.roles;
        let api: Vec<&str> = ["anon", "authenticated", "service_role"]
            .into_iter()
            .filter(|role| there.iter().any(|it| it == role))
            .collect();
        bookkeeping::create_schema(&self.session.client, &self.settings.project, name, &api).await
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
        } if !is_lost(&source) => Err(ApplyError::Statement {
            version,
            line,
            source,
        }),
        StepFailure::Postgres { doing, source, .. } => Err(ApplyError::Connection {
            version,
            doing: if doing.is_empty() {
                "running a statement"
            } else {
                doing
            },
            source,
        }),
    }
}

/// The connection broke, or the server ends it: nothing is wrong with the statement.
fn is_lost(error: &tokio_postgres::Error) -> bool {
    let ending = [
        &SqlState::ADMIN_SHUTDOWN,
        &SqlState::CRASH_SHUTDOWN,
        &SqlState::CANNOT_CONNECT_NOW,
    ];
    // An error without a code is not the server's.
    error.code().is_none_or(|code| ending.contains(&code))
}
