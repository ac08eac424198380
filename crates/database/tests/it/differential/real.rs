//! What a migration really does: its steps as planned, with a look at everything after each statement.

use std::collections::BTreeMap;

use lodger_database::catalog::load_snapshot_again;
use lodger_database::connect::Session;
use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::run::{Notice, StepRun};

use super::instance::{Refused, perform};

/// What a part of a step really did.
pub(crate) struct Ran {
    /// The statement's position in its file.
    pub(crate) index: usize,
    pub(crate) sql: String,
    /// SQLSTATE and message.
    pub(crate) failure: Option<(String, String)>,
    /// The SQLSTATE of an error that it catches itself.
    pub(crate) caught: Option<String>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) before: CatalogSnapshot,
    pub(crate) after: CatalogSnapshot,
    /// Tables that were there before it, with the number of rows written.
    pub(crate) written: BTreeMap<ObjectId, i64>,
}

/// What a step really did.
pub(crate) struct RealStep {
    pub(crate) parts: Vec<Ran>,
    /// What deferred constraints said in the end.
    pub(crate) failure: Option<String>,
}

/// Runs the steps in the transaction that is open; `None` when the embedded server gets stuck.
pub(crate) async fn execute(session: &Session, steps: &[StepRun]) -> Option<Vec<RealStep>> {
    let mut now = load_snapshot_again(session).await.unwrap();
    let mut done = Vec::new();
    for step in steps {
        let mut parts = Vec::new();
        for part in &step.step.statements {
            let ran = one(session, part.index, &part.sql, now).await?;
            now = ran.after.clone();
            parts.push(ran);
        }
        let checked = perform(session, "set constraints all immediate").await;
        done.push(RealStep {
            parts,
            failure: said(checked)?.err().map(|it| it.1),
        });
    }
    Some(done)
}

async fn one(session: &Session, index: usize, sql: &str, before: CatalogSnapshot) -> Option<Ran> {
    let catches = sql.contains("exception when");
    let caught = caught(session, sql).await;
    let mut stood = BTreeMap::new();
    if catches {
        stood = contents(session, &before).await;
    }
    let counted = rows_written(session).await;
    drop(session.take_notices());
    let done = perform(session, sql).await;
    let notices = session.take_notices();
    let failure = said(done)?.err();
    if failure.is_some() {
        return Some(Ran {
            index,
            sql: sql.to_owned(),
            failure,
            caught,
            notices,
            after: before.clone(),
            before,
            written: BTreeMap::new(),
        });
    }
    let mut written = rows_written(session).await;
    written.retain(|table, count| {
        *count -= counted.get(table).copied().unwrap_or(0);
        *count != 0 && before.get(table).is_some()
    });
    if catches {
        // The counts hold rows as well that its EXCEPTION clause has undone.
        let stands = contents(session, &before).await;
        written.retain(|table, _| {
            !stands.contains_key(table) || stands.get(table) != stood.get(table)
        });
    }
    let after = load_snapshot_again(session).await.unwrap();
    Some(Ran {
        index,
        sql: sql.to_owned(),
        failure,
        caught,
        notices,
        before,
        after,
        written,
    })
}

/// What a statement came to: SQLSTATE and message, where Postgres refused it.
type Answer = Result<(), (String, String)>;

/// `None` when the server is stuck.
fn said(done: Result<(), Refused>) -> Option<Answer> {
    match done {
        Ok(()) => Some(Ok(())),
        Err(Refused::Stuck) => None,
        Err(Refused::Said(error)) => Some(Err(match error.as_db_error() {
            Some(said) => (said.code().code().to_owned(), said.message().to_owned()),
            None => ("08006".to_owned(), error.to_string()),
        })),
    }
}

/// The SQLSTATE of what a block catches, if anything.
async fn caught(session: &Session, sql: &str) -> Option<String> {
    let (body, _) = sql.split_once("exception when")?;
    let body = format!("{body}end $do$");
    let done = undone(session, session.client.batch_execute(&body)).await;
    done.err().and_then(|it| Some(it.code()?.code().to_owned()))
}

/// What is in the tables of the projects, and where each row is.
async fn contents(session: &Session, before: &CatalogSnapshot) -> BTreeMap<ObjectId, String> {
    let mut all = BTreeMap::new();
    for id in before.all_of(ObjectKind::Table) {
        let schema = id.schema.as_deref().unwrap_or_default();
        if !["public", "shop"].contains(&schema) {
            continue;
        }
        let sql = format!(
            "select pg_catalog.concat_ws(' ', pg_catalog.count(*), pg_catalog.string_agg(it.ctid::text, ' ')) \
             from only {schema}.\"{}\" as it",
            id.name
        );
        // Nothing to compare with where it is gone by now.
        if let Ok(row) = undone(session, session.client.query_one(&sql, &[])).await {
            all.insert(id.clone(), row.get(0));
        }
    }
    all
}

/// Does something that may fail, and takes it back; the transaction goes on.
async fn undone<T>(session: &Session, work: impl Future<Output = T>) -> T {
    let client = &session.client;
    client.batch_execute("savepoint undone").await.unwrap();
    let done = work.await;
    let back = "rollback to savepoint undone; release savepoint undone";
    client.batch_execute(back).await.unwrap();
    done
}

async fn rows_written(session: &Session) -> BTreeMap<ObjectId, i64> {
    let sql = "select schemaname, relname, n_tup_ins + n_tup_upd + n_tup_del \
               from pg_catalog.pg_stat_xact_user_tables \
               where n_tup_ins + n_tup_upd + n_tup_del > 0";
    let rows = session.client.query(sql, &[]).await.unwrap();
    let table = |row: &tokio_postgres::Row| {
        let (schema, name): (&str, &str) = (row.get(0), row.get(1));
        (
            ObjectId::in_schema(ObjectKind::Table, schema, name),
            row.get(2),
        )
    };
    rows.iter().map(table).collect()
}
