//! Loads a [`CatalogSnapshot`]: one query per kind of object, all of them sent at once.
//!
//! Every query is one pass over a system catalog and none names a table of the database, so that a
//! role which owns nothing sees the same as a superuser, and five thousand tables cost as many
//! queries as one.

mod acl;
mod column;
mod comment;
mod constraint;
mod default_privileges;
mod dependency;
mod event_trigger;
mod extension;
mod function;
mod index;
mod membership;
mod policy;
#[cfg(feature = "embedded")]
mod print;
mod publication;
mod row;
mod rows;
mod rule;
mod schema;
mod sequence;
mod server;
mod setting;
mod surroundings;
mod table;
#[cfg(feature = "embedded")]
mod touched;
mod trigger;
mod r#type;
mod view;

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{try_join, try_join3};
use lodger_migration::catalog::{CatalogSnapshot, Entries, Entry};
use lodger_migration::object::{ObjectId, ObjectKind};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio_postgres::GenericClient;
use tokio_postgres::error::SqlState;

use crate::connect::{Session, sentence};
#[cfg(all(feature = "embedded", feature = "testing"))]
pub(crate) use print::without_print;
#[cfg(feature = "embedded")]
pub(crate) use print::{is_printed_apart, print_in};
pub(crate) use rows::Prepared;
use rows::{How, Rows};
pub(crate) use surroundings::Surroundings;
#[cfg(feature = "embedded")]
pub(crate) use touched::{END, Kinds, PartRows, PreparedParts, Touched};

const BEGIN: &str = "start transaction isolation level repeatable read read only";
/// Printing a definition locks its tables, if only for reading. Whoever waits this long for such a lock
/// gives back those it has and begins anew: long before others, who may wait for them, look for a
/// deadlock (`deadlock_timeout`, 1 s) and end a statement of their own.
const BRIEFLY: &str = "set local lock_timeout = '100ms'";
pub(crate) const PAUSE: Duration = Duration::from_millis(100);
/// How long somebody may have a table locked before a look is given up.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often a look at the catalog is begun anew because something vanished under it.
const ATTEMPTS: u32 = 5;
const SAVEPOINT: &str = "savepoint lodger_catalog";
const BACK: &str = "rollback to savepoint lodger_catalog; release savepoint lodger_catalog";
const SESSION: &str = include_str!("session.sql");

/// Why a catalog could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Postgres did not answer the query.
    #[error("the catalog could not be read ({query}): {}", sentence(source))]
    Query {
        /// What was asked for, such as `tables`.
        query: &'static str,
        /// What Postgres says.
        #[source]
        source: tokio_postgres::Error,
    },
    /// Another session has something locked that has to be looked at.
    #[error(
        "the catalog could not be read ({query}), because another session has a table locked for long; try again when it is done"
    )]
    Locked {
        /// What was asked for.
        query: &'static str,
        /// What Postgres says.
        #[source]
        source: tokio_postgres::Error,
    },
    /// Another session dropped something while it was looked at.
    #[error(
        "the catalog could not be read ({query}), because another session drops things at the same time; try again"
    )]
    Vanished {
        /// What was asked for.
        query: &'static str,
        /// What Postgres says.
        #[source]
        source: tokio_postgres::Error,
    },
    /// Postgres answered with something of another form than every known version does.
    #[error(
        "the catalog says something unexpected ({query}, {column}): {}",
        sentence(source)
    )]
    Unexpected {
        /// What was asked for.
        query: &'static str,
        /// The column of the answer.
        column: &'static str,
        /// What the driver says.
        #[source]
        source: tokio_postgres::Error,
    },
    /// The program is about to end.
    #[error("reading the catalog was interrupted")]
    Interrupted,
    /// The session's role is gone.
    #[error("the server does not know the role of this session any more; connect again")]
    RoleMissing,
}

impl CatalogError {
    /// SQLSTATE, where Postgres reported one.
    #[must_use]
    pub fn sqlstate(&self) -> Option<&str> {
        match self {
            Self::Query { source, .. }
            | Self::Locked { source, .. }
            | Self::Vanished { source, .. } => source.code().map(SqlState::code),
            Self::Unexpected { .. } | Self::Interrupted | Self::RoleMissing => None,
        }
    }
}

/// Loads the catalog in a transaction of its own, read-only and of one instant. `client` must not be
/// inside a transaction. Costs one round trip.
///
/// # Errors
/// [`CatalogError`]; the transaction is over in any case.
pub async fn load_snapshot(client: &impl GenericClient) -> Result<CatalogSnapshot, CatalogError> {
    let mut patience = Patience::new();
    loop {
        let done = load_alone(client).await;
        let again = done.as_ref().is_err_and(|error| patience.allows(error));
        if !again {
            return done;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Whether to look again when something vanished under a look, or somebody had a table locked that it had
/// to print. Each look is a transaction of its own that waits [`BRIEFLY`] for locks.
#[derive(Debug)]
pub(crate) struct Patience {
    started: Instant,
    vanished: u32,
}

impl Patience {
    pub(crate) fn new() -> Self {
        Self {
            started: Instant::now(),
            vanished: 1,
        }
    }

    /// After this error another look is worth while, a [`PAUSE`] later.
    pub(crate) fn allows(&mut self, error: &CatalogError) -> bool {
        match error {
            // Functions that print definitions fail on what another session drops while they look. The
            // next look is one of a later instant and does not see it any more.
            CatalogError::Vanished { .. } => {
                self.vanished += 1;
                self.vanished <= ATTEMPTS
            }
            CatalogError::Locked { .. } => self.started.elapsed() < PATIENCE,
            _ => false,
        }
    }
}

/// Begins a transaction that sees one moment, writes nothing, and waits [`BRIEFLY`] for locks.
#[cfg(feature = "embedded")]
pub(crate) async fn begin_look(client: &impl GenericClient) -> Result<(), tokio_postgres::Error> {
    client.batch_execute(&format!("{BEGIN}; {BRIEFLY}")).await
}

/// Loads the catalog as the open transaction of `transaction` sees it, uncommitted changes included.
/// Settings that it needs, and locks that it takes, are undone when it returns.
///
/// # Errors
/// [`CatalogError`]; the transaction goes on as it was before.
pub async fn load_snapshot_in(
    transaction: &impl GenericClient,
) -> Result<CatalogSnapshot, CatalogError> {
    Ok(load_inside(transaction, How::Whole).await?.0)
}

/// As [`load_snapshot_in`], of indexes and policies without what Postgres would have to open their tables for:
/// [`print_in`] adds it for some.
///
/// # Errors
/// [`CatalogError`]; the transaction goes on as it was before.
#[cfg(feature = "embedded")]
pub(crate) async fn load_outline_in(
    transaction: &impl GenericClient,
) -> Result<(CatalogSnapshot, Surroundings), CatalogError> {
    load_inside(transaction, How::Outline).await
}

/// As [`load_snapshot_in`], for one who looks many times over one connection: most of the time of a look
/// is spent on planning its queries, and here they are planned once. Not for transaction poolers.
///
/// # Errors
/// [`CatalogError`]; the transaction goes on as it was before.
pub async fn load_snapshot_again(session: &Session) -> Result<CatalogSnapshot, CatalogError> {
    Ok(load_all_again(session).await?.0)
}

/// As [`load_snapshot_again`], with what looks at parts of it start from.
///
/// # Errors
/// [`CatalogError`]; the transaction goes on as it was before.
pub(crate) async fn load_all_again(
    session: &Session,
) -> Result<(CatalogSnapshot, Surroundings), CatalogError> {
    let client = &session.client;
    let prepared = session
        .catalog
        .get_or_try_init(|| Box::pin(Prepared::new(client)))
        .await?;
    load_inside(client, How::Again(prepared)).await
}

async fn load_alone(client: &impl GenericClient) -> Result<CatalogSnapshot, CatalogError> {
    let begin = async {
        let begun = try_join3(
            client.batch_execute(BEGIN),
            client.batch_execute(SESSION),
            client.batch_execute(BRIEFLY),
        );
        begun.await.map_err(failed("session"))
    };
    let end = async {
        client
            .batch_execute("rollback")
            .await
            .map_err(failed("session"))
    };
    // Futures are polled in order, and the first poll of each sends its message: all are on their
    // way, the last one too, before the first answer comes back. Twenty queries are a large future.
    let (_, rows, ()) = try_join3(begin, Box::pin(Rows::load(client, How::Whole)), end).await?;
    Ok(assemble_apart(rows).await?.0)
}

async fn load_inside(
    transaction: &impl GenericClient,
    how: How<'_>,
) -> Result<(CatalogSnapshot, Surroundings), CatalogError> {
    let rows = inside(transaction, Box::pin(Rows::load(transaction, how))).await?;
    assemble_apart(rows).await
}

/// Looks, in a subtransaction with the settings that a look needs. All is sent before the first answer comes back.
async fn inside<T>(
    transaction: &impl GenericClient,
    look: impl Future<Output = Result<T, CatalogError>>,
) -> Result<T, CatalogError> {
    let begin = async {
        let begun = try_join(
            transaction.batch_execute(SAVEPOINT),
            transaction.batch_execute(SESSION),
        );
        begun.await.map_err(failed("session"))
    };
    let end = async {
        transaction
            .batch_execute(BACK)
            .await
            .map_err(failed("session"))
    };
    let (_, looked, ()) = try_join3(begin, look, end).await?;
    Ok(looked)
}

fn failed(query: &'static str) -> impl Fn(tokio_postgres::Error) -> CatalogError {
    move |source| {
        let code = source.code();
        let said = source.as_db_error().map_or("", |error| error.message());
        if code == Some(&SqlState::LOCK_NOT_AVAILABLE) {
            CatalogError::Locked { query, source }
        } else if said.contains("cache lookup failed") || said.contains("with OID") {
            CatalogError::Vanished { query, source }
        } else {
            CatalogError::Query { query, source }
        }
    }
}

/// What takes long where there are thousands of objects does not keep others from their answers: while a target
/// is read, migrations run on the shadow.
async fn assemble_apart(rows: Rows) -> Result<(CatalogSnapshot, Surroundings), CatalogError> {
    joined(spawn_blocking(move || assemble(&rows))).await?
}

/// What another thread has worked out.
pub(crate) async fn joined<T>(work: JoinHandle<T>) -> Result<T, CatalogError> {
    work.await.map_err(|error| match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(_) => CatalogError::Interrupted,
    })
}

fn assemble(rows: &Rows) -> Result<(CatalogSnapshot, Surroundings), CatalogError> {
    let around = rows.surroundings()?;
    let entries = rows.entries(&around)?;
    let dependencies = dependency::read_all(&rows.dependencies, &entries)?;
    let snapshot = CatalogSnapshot {
        server: server::read(&rows.server)?,
        entries: shared(entries),
        dependencies: Arc::new(dependencies),
    };
    Ok((snapshot, around))
}

fn shared(entries: BTreeMap<ObjectId, Entry>) -> Entries {
    let entries = entries.into_iter();
    entries.map(|(id, entry)| (id, Arc::new(entry))).collect()
}

/// OIDs of the system catalogs. They are the same in every version.
mod class {
    use lodger_migration::catalog::Oid;

    pub(super) const CONSTRAINT: Oid = 2606;
    pub(super) const DEFAULT_ACL: Oid = 826;
    pub(super) const EVENT_TRIGGER: Oid = 3466;
    pub(super) const EXTENSION: Oid = 3079;
    pub(super) const NAMESPACE: Oid = 2615;
    pub(super) const POLICY: Oid = 3256;
    pub(super) const PROC: Oid = 1255;
    pub(super) const PUBLICATION: Oid = 6104;
    pub(super) const PUBLICATION_NAMESPACE: Oid = 6237;
    pub(super) const PUBLICATION_REL: Oid = 6106;
    pub(super) const RELATION: Oid = 1259;
    pub(super) const REWRITE: Oid = 2618;
    pub(super) const TRIGGER: Oid = 2620;
    pub(super) const TYPE: Oid = 1247;
}

/// The system catalog that objects of a kind are rows of; 0 for those that are not rows of their own.
pub(crate) fn class_of(kind: ObjectKind) -> u32 {
    match kind {
        ObjectKind::Schema => class::NAMESPACE,
        ObjectKind::Extension => class::EXTENSION,
        ObjectKind::Type => class::TYPE,
        ObjectKind::Sequence | ObjectKind::Table | ObjectKind::View | ObjectKind::Index => {
            class::RELATION
        }
        ObjectKind::Function => class::PROC,
        ObjectKind::Constraint => class::CONSTRAINT,
        ObjectKind::Trigger => class::TRIGGER,
        ObjectKind::EventTrigger => class::EVENT_TRIGGER,
        ObjectKind::Policy => class::POLICY,
        ObjectKind::Rule => class::REWRITE,
        ObjectKind::Publication => class::PUBLICATION,
        ObjectKind::DefaultPrivileges => class::DEFAULT_ACL,
        _ => 0,
    }
}
