//! Reads the target, runs the migrations on a shadow and on a mirror, and plans.

mod leftovers;

use std::collections::{BTreeMap, BTreeSet};

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::history::{self, AppliedMigration};
use lodger_migration::migration::Migration;
use lodger_migration::object::ObjectId;
use lodger_migration::owner::Ownership;
use lodger_migration::plan::reach::{Reach, reach};
use lodger_migration::plan::steps::Step;
use lodger_migration::plan::{MigrationState, Plan, PlanInput, plan};
use lodger_migration::run::MigrationRun;
use lodger_migration::settings::Settings;
use thiserror::Error;
use tokio_postgres::Client;

use crate::bookkeeping::{self, BookkeepingError};
use crate::catalog::{CatalogError, PAUSE, Patience, begin_look, load_snapshot_in};
use crate::connect::Session;
use crate::mirror::Mirror;
use crate::shadow::{KnownStatements, Servers, Shadow, ShadowError, Started, declare, note_stuck};
use leftovers::Leftovers;

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
    /// The versions in Supabase's own history that this project has not applied, with their names.
    pub taken_versions: BTreeMap<String, String>,
}

impl Present {
    /// Reads it in one read-only transaction, which takes no lock beyond reading the catalog.
    ///
    /// # Errors
    /// When the catalog or the bookkeeping cannot be read.
    pub async fn load(session: &Session, project: &str) -> Result<Self, PrepareError> {
        let mut patience = Patience::new();
        loop {
            match Self::load_once(session, project).await {
                Err(PrepareError::Catalog(error)) if patience.allows(&error) => {
                    tokio::time::sleep(PAUSE).await;
                }
                done => return done,
            }
        }
    }

    async fn load_once(session: &Session, project: &str) -> Result<Self, PrepareError> {
        let client = &session.client;
        begin_look(client).await.map_err(PrepareError::Read)?;
        let present = Self::load_in(client, project).await;
        // After an error there is nothing to keep; the connection says itself if it is gone.
        client.batch_execute("rollback").await.ok();
        present
    }

    /// Reads it in the transaction that the caller has begun.
    ///
    /// # Errors
    /// When the catalog or the bookkeeping cannot be read.
    pub async fn load_in(client: &Client, project: &str) -> Result<Self, PrepareError> {
        let snapshot = load_snapshot_in(client).await?;
        let ownership = bookkeeping::load_ownership(client, &snapshot, project).await?;
        let history = bookkeeping::load_history(client, &snapshot, project).await?;
        let taken_versions = bookkeeping::load_taken_versions(client, &snapshot, &history).await?;
        Ok(Self {
            snapshot,
            ownership,
            history,
            taken_versions,
        })
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
    /// Indexes that the next step of an interrupted migration drops and that are gone already, by version:
    /// the step took effect, and could not be recorded.
    pub gone: BTreeMap<String, Vec<ObjectId>>,
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
    let (present, first, second) = tokio::join!(
        Present::load(session, &settings.project),
        Shadow::start(migrations),
        Shadow::start(migrations)
    );
    let present = present?;
    let servers = Started::new([first?, second?]);
    prepare_on(present, migrations, settings, &servers).await
}

/// As [`prepare`], for what stands in a database that was looked at before, on throw-away databases that
/// are kept.
///
/// # Errors
/// When the embedded server fails.
#[cfg(feature = "testing")]
pub async fn prepare_with(
    present: Present,
    migrations: &[Migration],
    settings: &Settings,
    servers: &crate::shadow::KeptServers,
) -> Result<Prepared, PrepareError> {
    prepare_on(present, migrations, settings, servers).await
}

/// As [`prepare_with`], on throw-away databases of its own: only these tell every lock that is taken.
///
/// # Errors
/// When the embedded server fails.
#[cfg(feature = "testing")]
pub async fn prepare_fresh(
    present: Present,
    migrations: &[Migration],
    settings: &Settings,
) -> Result<Prepared, PrepareError> {
    prepare_on(present, migrations, settings, &crate::shadow::Fresh).await
}

async fn prepare_on(
    present: Present,
    migrations: &[Migration],
    settings: &Settings,
    servers: &impl Servers,
) -> Result<Prepared, PrepareError> {
    let states = history::states(migrations, &present.history);
    let due: Vec<&Migration> = migrations
        .iter()
        .zip(&states)
        .filter(|(_, state)| state.is_due())
        .map(|(migration, _)| migration)
        .collect();
    let left = Leftovers::of(&present, &due, &settings.schema);
    let mut seen = present.snapshot.clone();
    // They are made again, or found to be made: on the mirror the statement must find its name free.
    for id in left.invalid.iter().chain(&left.made) {
        seen.entries.remove(id);
    }
    let target = Target {
        migrations,
        due: &due,
        settings,
        present: &present.snapshot,
        seen: &seen,
        resumed: &left.steps,
    };
    let (
        declared,
        Mirrored {
            runs: mirrored,
            missing: not_mirrored,
            reach,
            ..
        },
    ) = run_on_both(&target, servers).await?;
    let plan = plan(
        settings,
        &PlanInput {
            migrations,
            states: &states,
            declared: &declared,
            mirrored: &mirrored,
            present: &present.snapshot,
            ownership: &present.ownership,
            taken_versions: &present.taken_versions,
        },
    );

    Ok(Prepared {
        present,
        states,
        declared,
        reach,
        not_mirrored,
        invalid_indexes: left.invalid,
        gone: left.gone,
        plan,
    })
}

/// Runs all migrations on the shadow, and at the same time those that are due on a mirror. What they declare
/// may bring more into reach, such as a name that Postgres chooses: then the mirror is made once more.
async fn run_on_both(
    target: &Target<'_>,
    servers: &impl Servers,
) -> Result<(Vec<MigrationRun>, Mirrored), PrepareError> {
    let (declared, mirrored) = tokio::join!(
        Box::pin(declare(servers, target.migrations, target.settings)),
        Box::pin(run_on_mirror(target, servers, BTreeSet::new()))
    );
    let declared = declared?;
    let mut names = declared_names(&declared);
    if let Ok(mirrored) = mirrored {
        names.extend(mirrored.names.iter().cloned());
        if reach(target.present, target.due, &names) == mirrored.reach {
            return Ok((declared, mirrored));
        }
    }
    let mirrored = Box::pin(run_on_mirror(target, servers, names)).await?;
    Ok((declared, mirrored))
}

fn declared_names(declared: &[MigrationRun]) -> BTreeSet<String> {
    declared
        .iter()
        .flat_map(|run| &run.statements)
        .flat_map(|run| run.difference.created().map(|id| id.name.clone()))
        .collect()
}

/// What is run on a mirror of what.
struct Target<'a> {
    migrations: &'a [Migration],
    due: &'a [&'a Migration],
    settings: &'a Settings,
    /// The target's catalog.
    present: &'a CatalogSnapshot,
    /// The part of it that the migrations are to find.
    seen: &'a CatalogSnapshot,
    /// Of those that were interrupted, the steps that are left.
    resumed: &'a BTreeMap<String, Vec<Step>>,
}

/// What the migrations that are due did on a mirror.
struct Mirrored {
    runs: Vec<MigrationRun>,
    missing: Vec<(ObjectId, String)>,
    reach: Reach,
    /// The names beside those in the text that brought something into reach.
    names: BTreeSet<String>,
}

/// Runs the migrations that are due on a mirror of `seen`; makes it again, larger, when a statement
/// looked for more than was in reach, and without the statement that the embedded server got stuck on.
async fn run_on_mirror(
    target: &Target<'_>,
    servers: &impl Servers,
    mut names: BTreeSet<String>,
) -> Result<Mirrored, PrepareError> {
    let Target { due, present, .. } = *target;
    let mut known = KnownStatements::new();
    loop {
        let shadow = servers.take(target.migrations).await?;
        let reach = reach(present, due, &names);
        let mirror = Mirror::of(shadow, target.seen, &reach).await?;
        let (settings, resumed) = (target.settings, target.resumed);
        let ran = mirror.run(due, settings, target.seen, resumed, &known);
        match ran.await {
            Err(error) => note_stuck(error, &mut known)?,
            Ok(runs) => {
                let found = missed(&runs, present, &reach);
                if found.is_subset(&names) {
                    let missing = mirror.missing.clone();
                    servers.give_back(mirror.into_shadow()).await;
                    return Ok(Mirrored {
                        runs,
                        missing,
                        reach,
                        names,
                    });
                }
                names.extend(found);
            }
        }
        servers.give_back(mirror.into_shadow()).await;
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
