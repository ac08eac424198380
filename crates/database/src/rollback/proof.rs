//! Before COMMIT: the catalog has lost what was to go, and nothing else; nobody's rows were written.

use std::collections::BTreeMap;

use lodger_migration::catalog::{CatalogSnapshot, Change, Difference, Object};
use lodger_migration::check::Check;
use lodger_migration::object::{ObjectId, ObjectKind};
use tokio_postgres::{Client, Row};

use super::scope::Scope;
use super::undo::{Undo, leaves_with_its_table};

const WRITTEN: &str = include_str!("../apply/rows_written.sql");

/// What was to be dropped in one transaction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) scope: &'a Scope,
    pub(super) undo: &'a Undo,
}

impl Expected<'_> {
    /// Compares the real difference with what was to happen to the objects in `going`.
    pub(super) fn checks(&self, real: &Difference, before: &CatalogSnapshot) -> Vec<Check> {
        let mut others = Vec::new();
        for (id, change) in &real.changes {
            let fine = match change {
                Change::Dropped => {
                    self.scope.going.contains_key(id) || self.goes_with_schema(id, before)
                }
                Change::Altered(changed) if id.kind == ObjectKind::Publication => {
                    let all = changed.all();
                    all.iter().all(|it| leaves_with_its_table(it, self.scope))
                }
                Change::Altered(changed) => self.undo.explains(id, changed),
                Change::Created | Change::Recreated(_) => false,
            };
            if !fine {
                others.push(sentence(id, change));
            }
        }
        let still_there: Vec<String> = self
            .scope
            .going
            .keys()
            .filter(|id| !matches!(real.changes.get(id), Some(Change::Dropped)))
            .map(|id| format!("{id} is still there"))
            .collect();
        vec![
            Check::of("everything that was to go is gone, by OID", &still_there),
            Check::of("nothing else changed in the catalog", &others),
        ]
    }

    fn goes_with_schema(&self, id: &ObjectId, before: &CatalogSnapshot) -> bool {
        match before.get(id).map(|entry| &entry.object) {
            Some(Object::DefaultPrivileges(it)) => it.schema.as_ref().is_some_and(|schema| {
                let schema = ObjectId::global(ObjectKind::Schema, schema);
                self.scope.going.contains_key(&schema)
            }),
            _ => false,
        }
    }
}

fn sentence(id: &ObjectId, change: &Change) -> String {
    match change {
        Change::Created => format!("{id} came into being"),
        Change::Dropped => format!("{id} went"),
        Change::Recreated(changed) | Change::Altered(changed) => {
            format!("{id} changed: {}", changed.all().join(", "))
        }
    }
}

/// Rows written so far per table, by schema and name. The counters may still hold what earlier transactions of
/// this session wrote, those that were rolled back too: only differences say something.
pub(super) type Written = BTreeMap<(String, String), i64>;

pub(super) async fn load_written(client: &Client) -> Result<Written, tokio_postgres::Error> {
    let rows = client.query(WRITTEN, &[]).await?;
    let table = |row: &Row| ((row.get(0), row.get(1)), row.get(2));
    Ok(rows.iter().map(table).collect())
}

/// Since `before` nobody's rows were written but Lodger's own and `own_line` in Supabase's history.
pub(super) async fn rows_written(
    client: &Client,
    before: &Written,
    own_line: bool,
) -> Result<Check, tokio_postgres::Error> {
    let mut written = Vec::new();
    for (table, count) in load_written(client).await? {
        let count = count - before.get(&table).copied().unwrap_or_default();
        let (schema, name) = table;
        let history =
            (schema.as_str(), name.as_str()) == ("supabase_migrations", "schema_migrations");
        if count > 0 && !(own_line && history) {
            written.push(format!("{count} rows of {schema}.{name} were written"));
        }
    }
    Ok(Check::of("no rows of others were written", &written))
}
