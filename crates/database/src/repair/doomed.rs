//! The rows that go when rows without a user are deleted: these, and what a foreign key takes along.

use std::collections::BTreeMap;

use lodger_migration::catalog::{ForeignKey, Object};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::owner::Owner;
use lodger_migration::repair::{Doomed, FINGERPRINT, Identity};
use lodger_migration::settings::Settings;
use tokio_postgres::Client;

use super::keys::Found;
use super::{RepairError, ask, orphans};
use crate::export::Saved;
use crate::prepare::Present;
use crate::sql::{name, quoted};

/// Which rows of a table go.
#[derive(Debug, Default)]
struct Going {
    conditions: Vec<String>,
    /// Rows go that nothing takes along.
    by_itself: bool,
}

/// Finds them, to be saved and to be deleted.
pub(super) async fn load(
    client: &Client,
    present: &Present,
    settings: &Settings,
    identity: &Identity,
    found: &[Found],
) -> Result<Vec<(Saved, Doomed)>, RepairError> {
    let mut going: BTreeMap<ObjectId, Going> = BTreeMap::new();
    for key in found {
        let condition = orphans::condition(identity, &key.wrong.column);
        let mut walk = Walk {
            present,
            going: &mut going,
            path: vec![key.table.clone()],
        };
        walk.along(&key.table, &condition)?;
        let it = going.entry(key.table.clone()).or_default();
        it.by_itself = true;
        it.conditions.push(condition);
    }
    let mut rows = Vec::new();
    for (table, going) in going {
        let follows = !going.by_itself;
        let condition = match going.conditions.as_slice() {
            [one] => one.clone(),
            many => format!("({})", many.join(")\n  or (")),
        };
        let (count, fingerprint) = count(client, &table, &condition).await?;
        if count == 0 {
            continue;
        }
        let home = table.schema.as_deref() == Some(&settings.schema);
        rows.push((
            Saved {
                table: table.clone(),
                rows: count,
                filter: Some(condition.clone()),
            },
            Doomed {
                table: if home {
                    quoted(&table.name)
                } else {
                    name(&table)
                },
                condition,
                rows: count,
                fingerprint,
                follows,
            },
        ));
    }
    Ok(rows)
}

async fn count(
    client: &Client,
    table: &ObjectId,
    condition: &str,
) -> Result<(u64, String), RepairError> {
    let sql = format!(
        "select pg_catalog.count(*), coalesce({FINGERPRINT}, '') from {} as t where {condition}",
        name(table)
    );
    let rows = ask(client, &sql, &[]).await?;
    let row = rows.first();
    let count: i64 = row.map_or(0, |row| row.get(0));
    let fingerprint = row.map_or_else(String::new, |row| row.get(1));
    Ok((u64::try_from(count).unwrap_or_default(), fingerprint))
}

/// Follows foreign keys from rows that go to rows that refer to them.
struct Walk<'a> {
    present: &'a Present,
    going: &'a mut BTreeMap<ObjectId, Going>,
    path: Vec<ObjectId>,
}

impl Walk<'_> {
    fn along(&mut self, table: &ObjectId, condition: &str) -> Result<(), RepairError> {
        for (child, columns, key) in referring(self.present, table) {
            if key.on_delete != 'c' {
                // Rows there keep these from going, or would be changed: Postgres says so for the first, and
                // nobody would say so for the second.
                if matches!(key.on_delete, 'n' | 'd') {
                    return Err(RepairError::Delete(format!(
                        "{child} refers to {table} ON DELETE SET NULL or DEFAULT, so its rows would change; use --orphans \
                         keep or map"
                    )));
                }
                continue;
            }
            if self.path.contains(&child) {
                return Err(RepairError::Delete(format!(
                    "rows of {child} refer to rows of {table} and back; use --orphans keep or map"
                )));
            }
            let owner = self.present.ownership.owner(&child, &self.present.snapshot);
            if owner != Owner::Ours {
                return Err(RepairError::Delete(format!(
                    "rows of {child} would go with them, and it is {}",
                    owner.describe()
                )));
            }
            let condition = of_child(table, condition, &columns, key, self.path.len());
            self.path.push(child.clone());
            self.along(&child, &condition)?;
            self.path.pop();
            self.going
                .entry(child)
                .or_default()
                .conditions
                .push(condition);
        }
        Ok(())
    }
}

/// The foreign keys that refer to a table.
fn referring<'a>(
    present: &'a Present,
    table: &ObjectId,
) -> Vec<(ObjectId, Vec<String>, &'a ForeignKey)> {
    let entries = present.snapshot.entries.iter();
    let keys = entries.filter_map(|(id, entry)| match &entry.object {
        Object::Constraint(it) => {
            let key = it.foreign_key.as_ref()?;
            let target = ObjectId::in_schema(ObjectKind::Table, &key.schema, &key.table);
            (target == *table).then_some((id.parent_table()?, it.columns.clone(), key))
        }
        _ => None,
    });
    keys.collect()
}

/// The rows of a table, called `t`, which refer to rows of `parent` that fulfil `condition`.
fn of_child(
    parent: &ObjectId,
    condition: &str,
    columns: &[String],
    key: &ForeignKey,
    depth: usize,
) -> String {
    let alias = format!("p{depth}");
    let pairs: Vec<String> = columns
        .iter()
        .zip(&key.columns)
        .map(|(column, target)| format!("{alias}.{} = t.{}", quoted(target), quoted(column)))
        .collect();
    // The parent's condition is about `t`: a level of its own keeps the two apart.
    format!(
        "exists (\n  select from (select t.* from {} as t where {condition}) as {alias}\n  where {})",
        name(parent),
        pairs.join(" and ")
    )
}
