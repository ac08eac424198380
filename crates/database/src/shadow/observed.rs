//! What a statement left behind on a throw-away database: locks, a search path, written catalog rows.

use std::collections::BTreeSet;

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::run::{Lock, StatementRun};
use tokio_postgres::{GenericClient, Statement};

use super::ShadowError;
use crate::catalog::Touched;
use crate::connect::Session;

const OBSERVE: &str = include_str!("observe.sql");
const SINCE: &str = include_str!("since.sql");

/// The names of the tables and views of a snapshot.
pub(super) fn relations(state: &CatalogSnapshot) -> BTreeSet<String> {
    let kinds = [ObjectKind::Table, ObjectKind::View];
    state
        .entries
        .keys()
        .filter(|id| kinds.contains(&id.kind))
        .map(ObjectId::name)
        .collect()
}

/// What a statement left behind.
pub(super) struct Observed {
    pub(super) search_path: Vec<String>,
    pub(super) locks: Vec<String>,
    /// It wrote what no part of the catalog shows, or removed something.
    pub(super) all: bool,
    /// What it wrote.
    pub(super) touched: Touched,
}

/// Tells after each statement what it left behind.
pub(super) struct Observer {
    observe: Statement,
    /// The first transaction whose rows have not been seen.
    since: i64,
    /// How many rows stood in catalogs from which one may go without a word.
    standing: Vec<i64>,
    /// The state of what is looked at as a whole only.
    rest: String,
}

impl Observer {
    /// Begins to observe; `session` is not inside a transaction.
    pub(super) async fn new(session: &Session) -> Result<Self, ShadowError> {
        let client = &session.client;
        let prepared = session.observe.get_or_try_init(|| client.prepare(OBSERVE));
        let observe = prepared.await.map_err(refused)?.clone();
        let row = client.query_one(SINCE, &[]).await.map_err(refused)?;
        Ok(Self {
            observe,
            since: row.get(0),
            standing: Vec::new(),
            rest: String::new(),
        })
    }

    /// What was left behind since the last call. The first one has nothing to compare with: it says `all`.
    pub(super) async fn observe(
        &mut self,
        client: &impl GenericClient,
    ) -> Result<Observed, ShadowError> {
        let since = self.since.to_string();
        let row = client.query_one(&self.observe, &[&since]).await;
        let row = row.map_err(refused)?;
        // A subtransaction that begins later has a number above all that there are.
        let youngest: Option<i64> = row.get("youngest");
        self.since = youngest.map_or(self.since, |it| it + 1);
        let standing = std::mem::replace(&mut self.standing, row.get("standing"));
        let rest = std::mem::replace(&mut self.rest, row.get("rest"));
        let gone = standing != row.get::<_, Vec<i64>>("kept");
        Ok(Observed {
            search_path: row.get("search_path"),
            locks: row.get("locks"),
            all: row.get("removed") || gone || rest != self.rest,
            touched: Touched {
                objects: row.get("touched"),
                surroundings: row.get("surroundings"),
            },
        })
    }
}

fn refused(source: tokio_postgres::Error) -> ShadowError {
    ShadowError::Refused {
        what: "to show what a statement did",
        source,
    }
}

impl Observed {
    /// Notes the locks that are new and on something that was there before.
    pub(super) fn keep_new_locks(
        &self,
        held: &mut BTreeSet<String>,
        before: &BTreeSet<String>,
        did: &mut StatementRun,
    ) {
        for lock in &self.locks {
            let Some((relation, mode)) = lock.rsplit_once(' ') else {
                continue;
            };
            let there = before.contains(relation);
            if there && held.insert(lock.clone()) {
                did.locks.push(Lock {
                    relation: relation.to_owned(),
                    mode: mode.to_owned(),
                });
            }
        }
    }
}
