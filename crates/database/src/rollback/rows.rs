//! The rows that would be lost.

use lodger_migration::catalog::{CatalogSnapshot, Object};
use lodger_migration::object::ObjectId;
use tokio_postgres::Client;

use super::scope::Scope;
use super::undo::Undo;
use crate::sql::{name, quoted};

/// Counting further would take long and say nothing new.
const ENOUGH: i64 = 100_000;

/// A table with rows that would be lost, and how many; `column` when the table stays and only that goes.
#[derive(Debug)]
pub(super) struct Losing {
    pub(super) table: ObjectId,
    pub(super) column: Option<String>,
    pub(super) rows: i64,
}

impl Losing {
    pub(super) fn sentence(&self) -> String {
        let rows = match self.rows {
            1 => "1 row".to_owned(),
            many if many > ENOUGH => format!("more than {ENOUGH} rows"),
            many => format!("{many} rows"),
        };
        match &self.column {
            Some(column) => format!("column {column} of {} has values in {rows}", self.table),
            None => format!("{} has {rows}", self.table),
        }
    }
}

/// What would be lost, without what is empty.
pub(super) async fn losing(
    client: &Client,
    scope: &Scope,
    undo: &Undo,
    snapshot: &CatalogSnapshot,
) -> Result<Vec<Losing>, tokio_postgres::Error> {
    let mut found = Vec::new();
    for table in scope.tables(snapshot) {
        let rows = count(client, &table, "true").await?;
        let column = None;
        found.push(Losing {
            table,
            column,
            rows,
        });
    }
    for (table, columns) in &undo.columns {
        for column in columns {
            let condition = format!("{} is not null", quoted(column));
            found.push(Losing {
                table: table.clone(),
                column: Some(column.clone()),
                rows: count(client, table, &condition).await?,
            });
        }
    }
    found.retain(|it| it.rows > 0);
    Ok(found)
}

async fn count(
    client: &Client,
    table: &ObjectId,
    condition: &str,
) -> Result<i64, tokio_postgres::Error> {
    let table = name(table);
    let limit = ENOUGH + 1;
    let sql = format!(
        "select pg_catalog.count(*) from (select from only {table} where {condition} limit {limit}) as t"
    );
    Ok(client.query_one(&sql, &[]).await?.get(0))
}

/// Every table whose rows are saved, with the number of them: those that go, and those that lose a column.
pub(super) async fn to_save(
    client: &Client,
    scope: &Scope,
    undo: &Undo,
    snapshot: &CatalogSnapshot,
) -> Result<Vec<(ObjectId, u64)>, tokio_postgres::Error> {
    let mut counted = Vec::new();
    for table in locked(scope, undo, snapshot) {
        let sql = format!("select pg_catalog.count(*) from only {}", name(&table));
        let rows: i64 = client.query_one(&sql, &[]).await?.get(0);
        counted.push((table, u64::try_from(rows).unwrap_or_default()));
    }
    Ok(counted)
}

/// The tables to lock, always in the same order: those that go, then those that stay and are altered.
pub(super) fn locked(scope: &Scope, undo: &Undo, snapshot: &CatalogSnapshot) -> Vec<ObjectId> {
    let altered = undo.columns.keys().filter(|id| {
        matches!(snapshot.get(id).map(|it| &it.object), Some(Object::Table(it)) if it.kind != 'f')
    });
    let mut tables = scope.tables(snapshot);
    tables.extend(altered.cloned());
    tables
}
