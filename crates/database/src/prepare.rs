//! Reads the target, runs the migrations on a shadow and on a mirror, and plans.

mod leftovers;
mod present;
mod target;

use std::collections::{BTreeMap, BTreeSet};
#[cfg(feature = "testing")]
use std::future::ready;

use lodger_migration::history;
use lodger_migration::migration::Migration;
use lodger_migration::object::ObjectId;
use lodger_migration::plan::reach::Reach;
use lodger_migration::plan::{MigrationState, Plan};
use lodger_migration::run::MigrationRun;
use lodger_migration::settings::Settings;
use thiserror::Error;

use crate::bookkeeping::{self, BookkeepingError};
use crate::catalog::{CatalogError, begin_look};
use crate::connect::Session;
use crate::shadow::{Servers, ShadowError, Started, declare};
pub use present::Present;
use target::{Mirrored, Target, run_on_mirror};

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

/// A plan with all that it was made from.
#[derive(Debug)]
pub struct Prepared {
    /// What stands in the database.
    pub present: Present,
    /// Where each migration stands.
    pub states: Vec<MigrationState>,
    /// What all migrations declare; empty when none is due, because then nobody runs them.
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

/// Plans `migrations` for the database of `session`. Nothing is written, and nothing locked. Of the database's
/// catalog an outline is read, with what the migrations can touch.
///
/// # Errors
/// When the database cannot be read or the embedded server fails.
pub async fn prepare(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
) -> Result<Prepared, PrepareError> {
    prepare_for(session, migrations, settings, Detail::Outline).await
}

/// As [`prepare`], for one who compares the whole catalog later with what it was.
///
/// # Errors
/// As [`prepare`].
pub(crate) async fn prepare_whole(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
) -> Result<Prepared, PrepareError> {
    prepare_for(session, migrations, settings, Detail::Whole).await
}

/// How much of a catalog is read.
#[derive(Debug, Clone, Copy)]
enum Detail {
    Outline,
    Whole,
}

async fn prepare_for(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
    detail: Detail,
) -> Result<Prepared, PrepareError> {
    let project = &settings.project;
    let load = async || match detail {
        Detail::Outline => Present::outline(session, migrations, project).await,
        Detail::Whole => Present::load(session, project).await,
    };
    if nothing_seems_due(session, migrations, project).await {
        let target = Target::of(load().await?, migrations, settings);
        if target.due.is_empty() {
            let nothing = Mirrored::default();
            return target.prepared(Vec::new(), nothing).await;
        }
    }
    let servers = Started::default();
    // While a large catalog is read, both servers start.
    let present = async {
        let looked = tokio::join!(load(), servers.start(migrations));
        looked.1?;
        looked.0
    };
    let whole = Whole::In(session);
    prepare_on(present, migrations, settings, &servers, whole).await
}

/// Where all is read of what only an outline was read of.
#[derive(Debug, Clone, Copy)]
enum Whole<'a> {
    In(&'a Session),
    #[cfg(feature = "testing")]
    Known(&'a Present),
}

impl Whole<'_> {
    async fn read(self, project: &str) -> Result<Present, PrepareError> {
        match self {
            Self::In(session) => Present::load(session, project).await,
            #[cfg(feature = "testing")]
            Self::Known(present) => Ok(present.clone()),
        }
    }
}

/// As [`prepare`], for what stands in a database that was looked at before, on throw-away databases that
/// are kept. The plan is made from an outline of it, as those of `prepare` are.
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
    prepare_outlined(present, migrations, settings, servers).await
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
    prepare_outlined(present, migrations, settings, &crate::shadow::Fresh).await
}

#[cfg(feature = "testing")]
async fn prepare_outlined(
    present: Present,
    migrations: &[Migration],
    settings: &Settings,
    servers: &impl Servers,
) -> Result<Prepared, PrepareError> {
    let outline = present.clone().outlined(migrations);
    let whole = Whole::Known(&present);
    let prepared = prepare_on(ready(Ok(outline)), migrations, settings, servers, whole).await?;
    // Whoever compares with what really happened looks at everything.
    Ok(Prepared {
        present,
        ..prepared
    })
}

async fn prepare_on(
    present: impl Future<Output = Result<Present, PrepareError>>,
    migrations: &[Migration],
    settings: &Settings,
    servers: &impl Servers,
    whole: Whole<'_>,
) -> Result<Prepared, PrepareError> {
    let (declared, looked) = tokio::join!(
        Box::pin(declare(servers, migrations, settings)),
        Box::pin(async {
            let mut target = Target::of(present.await?, migrations, settings);
            let mirrored = run_on_mirror(&mut target, servers, BTreeSet::new(), whole).await;
            Ok::<_, PrepareError>((target, mirrored))
        })
    );
    let declared = declared?;
    let (mut target, mirrored) = looked?;
    let mirrored = with_all_names(&mut target, servers, &declared, mirrored, whole).await?;
    target.prepared(declared, mirrored).await
}

/// Looks at the history alone. When nothing is due, no server needs to start; whoever asks looks again with
/// the rest of the catalog. What cannot be read is told by that look.
async fn nothing_seems_due(session: &Session, migrations: &[Migration], project: &str) -> bool {
    let client = &session.client;
    if begin_look(client).await.is_err() {
        return false;
    }
    let history = bookkeeping::peek_history(client, project).await;
    // After an error there is nothing to keep; the connection says itself if it is gone.
    client.batch_execute("rollback").await.ok();
    history.is_ok_and(|history| {
        let states = history::states(migrations, &history);
        !states.iter().any(MigrationState::is_due)
    })
}

/// What the migrations declare may bring more into reach than their text does, such as a name that Postgres
/// chooses: then the mirror is made once more.
async fn with_all_names(
    target: &mut Target<'_>,
    servers: &impl Servers,
    declared: &[MigrationRun],
    mirrored: Result<Mirrored, PrepareError>,
    whole: Whole<'_>,
) -> Result<Mirrored, PrepareError> {
    let mut names = declared_names(declared);
    if let Ok(mirrored) = mirrored {
        names.extend(mirrored.names.iter().cloned());
        if target.reach(&names) == mirrored.reach {
            return Ok(mirrored);
        }
    }
    Box::pin(run_on_mirror(target, servers, names, whole)).await
}

fn declared_names(declared: &[MigrationRun]) -> BTreeSet<String> {
    declared
        .iter()
        .flat_map(|run| &run.statements)
        .flat_map(|run| run.difference.created().map(|id| id.name.clone()))
        .collect()
}
