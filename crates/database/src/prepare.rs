//! Reads the target, runs the migrations on a shadow and on a mirror, and plans.

use std::collections::{BTreeMap, BTreeSet};

use lodger_migration::catalog::{CatalogSnapshot, Object};
use lodger_migration::history::{self, AppliedMigration};
use lodger_migration::migration::Migration;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::owner::Ownership;
use lodger_migration::plan::reach::{Reach, reach};
use lodger_migration::plan::steps::Step;
use lodger_migration::plan::{MigrationState, Plan, PlanInput, plan};
use lodger_migration::run::MigrationRun;
use lodger_migration::settings::Settings;
use lodger_migration::statement::{MentionRole, TransactionMode};
use thiserror::Error;

use crate::bookkeeping::{self, BookkeepingError};
use crate::catalog::{CatalogError, load_snapshot_in};
use crate::connect::Session;
use crate::mirror::Mirror;
use crate::shadow::{KnownStatements, Shadow, ShadowError, note_stuck};

/// A plan cannot be made.
#[derive(Debug, Error)]
pub enum PrepareError {
    /// The target's catalog cannot be read.
    #[error("the database's catalog cannot be read")]
    Catalog(#[from] CatalogError),
    /// The target's bookkeeping cannot be read.
    #[error(transparent)]
    Bookkeeping(#[from] BookkeepingError),
    /// The shadow or the mirror fails.
    #[error(transparent)]
    Shadow(#[from] ShadowError),
    /// The connection fails.
    #[error("the database cannot be read")]
    Read(#[source] tokio_postgres::Error),
}

/// What stands in a database, as one project sees it.
#[derive(Debug, Clone)]
pub struct Present {
    /// Its catalog.
    pub snapshot: CatalogSnapshot,
    /// Whose each object is.
    pub ownership: Ownership,
    /// The project's history.
    pub history: Vec<AppliedMigration>,
}

impl Present {
    /// Reads it in one read-only transaction, which takes no lock beyond reading the catalog.
    ///
    /// # Errors
    /// When the catalog or the bookkeeping cannot be read.
    pub async fn load(session: &Session, project: &str) -> Result<Self, PrepareError> {
        let client = &session.client;
        // Reading a view's definition takes ACCESS SHARE on its tables: somebody's long DDL must not
        // make a plan wait for ever.
        let begin = "begin transaction isolation level repeatable read read only; \
                     set local lock_timeout = '15s'";
        client
            .batch_execute(begin)
            .await
            .map_err(PrepareError::Read)?;
        let read = async {
            let snapshot = load_snapshot_in(client).await?;
            let ownership = bookkeeping::load_ownership(client, &snapshot, project).await?;
            let history = bookkeeping::load_history(client, &snapshot, project).await?;
            Ok(Self {
                snapshot,
                ownership,
                history,
            })
        };
        let present = read.await;
        // After an error there is nothing to keep; the connection says itself if it is gone.
        client.batch_execute("rollback").await.ok();
        present
    }
}

/// A plan with all that it was made from.
#[derive(Debug)]
pub struct Prepared {
    /// What stands in the database.
    pub present: Present,
    /// Where each migration stands.
    pub states: Vec<MigrationState>,
    /// What all migrations declare.
    pub declared: Vec<MigrationRun>,
    /// What those that are due can touch.
    pub reach: Reach,
    /// What could not be made on the mirror.
    pub not_mirrored: Vec<(ObjectId, String)>,
    /// INVALID indexes that an earlier CONCURRENTLY left behind and that will be dropped first.
    pub invalid_indexes: BTreeSet<ObjectId>,
    /// The plan.
    pub plan: Plan,
}

/// Plans `migrations` for the database of `session`. Nothing is written, and nothing locked.
///
/// # Errors
/// When the database cannot be read or the embedded server fails.
pub async fn prepare(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
) -> Result<Prepared, PrepareError> {
    let present = Present::load(session, &settings.project).await?;
    let states = history::states(migrations, &present.history);
    let due: Vec<&Migration> = migrations
        .iter()
        .zip(&states)
        .filter(|(_, state)| state.is_due())
        .map(|(migration, _)| migration)
        .collect();
    let shadow = Shadow::start(migrations).await?;
    let (declared, mirror_shadow) = tokio::join!(
        shadow.declare(migrations, settings),
        Shadow::start(migrations)
    );
    let declared = declared?;
    let names: BTreeSet<String> = declared
        .iter()
        .flat_map(|run| &run.statements)
        .flat_map(|run| run.difference.created().map(|id| id.name.clone()))
        .collect();
    let invalid_indexes = invalid_indexes(&present, &due);
    let mut seen = present.snapshot.clone();
    for id in &invalid_indexes {
        seen.entries.remove(id);
    }
    let Mirrored {
        runs: mirrored,
        missing: not_mirrored,
        reach,
    } = run_on_mirror(
        mirror_shadow?,
        migrations,
        &due,
        settings,
        &present,
        &seen,
        names,
    )
    .await?;
    let plan = plan(
        settings,
        &PlanInput {
            migrations,
            states: &states,
            declared: &declared,
            mirrored: &mirrored,
            present: &present.snapshot,
            ownership: &present.ownership,
        },
    );

    Ok(Prepared {
        present,
        states,
        declared,
        reach,
        not_mirrored,
        invalid_indexes,
        plan,
    })
}

/// What the migrations that are due did on a mirror.
struct Mirrored {
    runs: Vec<MigrationRun>,
    missing: Vec<(ObjectId, String)>,
    reach: Reach,
}

/// Runs the migrations that are due on a mirror of `seen`; makes it again, larger, when a statement
/// looked for more than was in reach, and without the statement that the embedded server got stuck on.
async fn run_on_mirror(
    mut shadow: Shadow,
    migrations: &[Migration],
    due: &[&Migration],
    settings: &Settings,
    present: &Present,
    seen: &CatalogSnapshot,
    mut names: BTreeSet<String>,
) -> Result<Mirrored, PrepareError> {
    let resumed = resumed_steps(&present.history);
    let mut known = KnownStatements::new();
    loop {
        let reach = reach(&present.snapshot, due, &names);
        let mirror = Mirror::of(shadow, seen, &reach).await?;
        match mirror.run(due, settings, seen, &resumed, &known).await {
            Err(error) => note_stuck(error, &mut known)?,
            Ok(runs) => {
                let found = missed(&runs, &present.snapshot, &reach);
                if found.is_subset(&names) {
                    return Ok(Mirrored {
                        runs,
                        missing: mirror.missing,
                        reach,
                    });
                }
                names.extend(found);
            }
        }
        shadow = Shadow::start(migrations).await?;
    }
}

/// Names that a statement asked for and did not find on the mirror, though they are on the target: it
/// put them together as it ran.
fn missed(runs: &[MigrationRun], present: &CatalogSnapshot, reach: &Reach) -> BTreeSet<String> {
    let undefined = ["42P01", "42883", "42704", "3F000"];
    let messages = runs
        .iter()
        .flat_map(|run| &run.statements)
        .filter_map(|run| run.failure.as_ref())
        .filter(|failure| undefined.contains(&failure.sqlstate.as_str()));
    let words: BTreeSet<String> = messages
        .flat_map(|failure| failure.message.split(['"', '.', ' ', '(']))
        .map(ToOwned::to_owned)
        .collect();
    let there = |word: &&String| {
        present
            .entries
            .keys()
            .any(|id| id.name == **word && !reach.contains(id))
    };
    words.iter().filter(there).cloned().collect()
}

/// The steps that interrupted migrations still have to take.
fn resumed_steps(history: &[AppliedMigration]) -> BTreeMap<String, Vec<Step>> {
    history
        .iter()
        .filter(|row| !row.finished && row.steps_done > 0)
        .map(|row| {
            (
                row.version.clone(),
                row.steps.iter().skip(row.steps_done).cloned().collect(),
            )
        })
        .collect()
}

/// INVALID indexes of the names that CREATE INDEX CONCURRENTLY will use, on tables of ours. A guard
/// would skip them and call that success.
fn invalid_indexes(present: &Present, due: &[&Migration]) -> BTreeSet<ObjectId> {
    let names: BTreeSet<&str> = due
        .iter()
        .flat_map(|migration| &migration.statements)
        .filter(|statement| statement.transaction == TransactionMode::Alone)
        .flat_map(|statement| statement.mentions_as(MentionRole::Creates))
        .map(|mention| mention.name.name.as_str())
        .collect();
    let ours = |schema: Option<&str>, table: &str| {
        let table = ObjectId::in_schema(ObjectKind::Table, schema.unwrap_or_default(), table);
        present.ownership.claims.get(&table) == Some(&present.ownership.project)
    };
    present
        .snapshot
        .entries
        .iter()
        .filter(|(id, entry)| match &entry.object {
            Object::Index(index) => {
                !index.valid
                    && names.contains(id.name.as_str())
                    && ours(id.schema.as_deref(), &index.table)
            }
            _ => false,
        })
        .map(|(id, _)| id.clone())
        .collect()
}
