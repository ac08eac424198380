//! The history table, keyed by project.

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::history::AppliedMigration;
use lodger_migration::migration::Migration;
use lodger_migration::plan::steps::{Step, StepKind, StepReason, StepStatement};
use serde::{Deserialize, Serialize};
use tokio_postgres::GenericClient;
use tokio_postgres::types::ToSql;

use super::{BookkeepingError, is_there, refused};

const LIST: &str = include_str!("list_migrations.sql");
const RECORD_STARTED: &str = include_str!("record_started.sql");
const FINISH_STEP: &str = include_str!("finish_step.sql");
const RECORD_BASELINE: &str = include_str!("record_baseline.sql");

/// Reads a project's history, oldest version first. Empty where there is no bookkeeping yet.
///
/// # Errors
/// When it cannot be read.
pub async fn load_history(
    client: &impl GenericClient,
    snapshot: &CatalogSnapshot,
    project: &str,
) -> Result<Vec<AppliedMigration>, BookkeepingError> {
    if is_there(snapshot) {
        list(client, project).await
    } else {
        Ok(Vec::new())
    }
}

/// As [`load_history`], for one who has not looked at the catalog.
///
/// # Errors
/// When it cannot be read.
#[cfg(feature = "embedded")]
pub(crate) async fn peek_history(
    client: &impl GenericClient,
    project: &str,
) -> Result<Vec<AppliedMigration>, BookkeepingError> {
    let there = "select pg_catalog.to_regclass('lodger.migrations') is not null";
    let row = client.query_one(there, &[]).await;
    if row.map_err(refused("read"))?.get(0) {
        list(client, project).await
    } else {
        Ok(Vec::new())
    }
}

async fn list(
    client: &impl GenericClient,
    project: &str,
) -> Result<Vec<AppliedMigration>, BookkeepingError> {
    let rows = client
        .query(LIST, &[&project])
        .await
        .map_err(refused("read"))?;
    rows.into_iter()
        .map(|row| {
            let version: String = row.get("version");
            let steps: serde_json::Value = row.get("steps");
            let steps: Vec<StepRecord> =
                serde_json::from_value(steps).map_err(|error| BookkeepingError::Malformed {
                    version: version.clone(),
                    reason: error.to_string(),
                })?;
            let done: i32 = row.get("steps_done");
            Ok(AppliedMigration {
                version,
                name: row.get("name"),
                checksum: row.get("checksum"),
                baseline: row.get("baseline"),
                finished: row.get("finished"),
                steps: steps.into_iter().map(Step::from).collect(),
                steps_done: usize::try_from(done).unwrap_or_default(),
                at: row.get("at"),
            })
        })
        .collect()
}

/// Records that a migration is being applied, with the steps it takes.
///
/// # Errors
/// When it cannot be written.
pub async fn record_started(
    client: &impl GenericClient,
    project: &str,
    migration: &Migration,
    steps: &[Step],
) -> Result<(), BookkeepingError> {
    let steps: Vec<StepRecord> = steps.iter().map(StepRecord::from).collect();
    let steps = serde_json::to_value(steps).unwrap_or_default();
    let Migration {
        version,
        name,
        checksum,
        ..
    } = migration;
    write(
        client,
        RECORD_STARTED,
        &[&project, version, name, checksum, &steps],
    )
    .await
}

/// Records that one more step is done, and with the last one that the migration is finished.
///
/// # Errors
/// When it cannot be written.
pub async fn finish_step(
    client: &impl GenericClient,
    project: &str,
    version: &str,
) -> Result<(), BookkeepingError> {
    write(client, FINISH_STEP, &[&project, &version]).await
}

/// Records a migration as there already.
///
/// # Errors
/// When it cannot be written.
pub async fn record_baseline(
    client: &impl GenericClient,
    project: &str,
    migration: &Migration,
) -> Result<(), BookkeepingError> {
    let Migration {
        version,
        name,
        checksum,
        ..
    } = migration;
    write(
        client,
        RECORD_BASELINE,
        &[&project, version, name, checksum],
    )
    .await
}

/// Takes a migration out of the history, because its objects are.
///
/// # Errors
/// When it cannot be written.
pub async fn remove_migration(
    client: &impl GenericClient,
    project: &str,
    version: &str,
) -> Result<(), BookkeepingError> {
    let remove = "delete from lodger.migrations where project = $1 and version = $2";
    write(client, remove, &[&project, &version]).await
}

async fn write(
    client: &impl GenericClient,
    sql: &str,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<(), BookkeepingError> {
    let written = client.execute(sql, parameters).await;
    written.map(drop).map_err(refused("written"))
}

/// A step as `lodger.migrations.steps` holds it.
#[derive(Debug, Serialize, Deserialize)]
struct StepRecord {
    #[serde(default)]
    alone: bool,
    reason: Option<String>,
    statements: Vec<StatementRecord>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StatementRecord {
    index: usize,
    sql: String,
    #[serde(default)]
    validate_later: bool,
}

impl From<&Step> for StepRecord {
    fn from(step: &Step) -> Self {
        let reason = step.reason.map(|reason| match reason {
            StepReason::Validation => "validation",
            StepReason::OutsideTransaction => "outside_transaction",
            StepReason::Supautils => "supautils",
        });
        Self {
            alone: step.kind == StepKind::Alone,
            reason: reason.map(ToOwned::to_owned),
            statements: step
                .statements
                .iter()
                .map(|it| StatementRecord {
                    index: it.index,
                    sql: it.sql.clone(),
                    validate_later: it.validate_later,
                })
                .collect(),
        }
    }
}

impl From<StepRecord> for Step {
    fn from(record: StepRecord) -> Self {
        Self {
            kind: if record.alone {
                StepKind::Alone
            } else {
                StepKind::Transaction
            },
            reason: match record.reason.as_deref() {
                Some("validation") => Some(StepReason::Validation),
                Some("outside_transaction") => Some(StepReason::OutsideTransaction),
                Some("supautils") => Some(StepReason::Supautils),
                _ => None,
            },
            statements: record
                .statements
                .into_iter()
                .map(|it| StepStatement {
                    index: it.index,
                    sql: it.sql,
                    validate_later: it.validate_later,
                })
                .collect(),
        }
    }
}
