//! Tables: ordinary, partitioned and foreign.

use lodger_migration::catalog::{Object, Table};
use lodger_migration::object::{ObjectId, ObjectKind};

use super::class;
use super::row::Cells;
use super::rows::Read;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("table.sql");

pub(super) fn read(cells: &Cells<'_>, around: &Surroundings) -> Read {
    let bound: Option<String> = cells.get("bound")?;
    let key: Option<String> = cells.get("key")?;
    let key = key.map(|key| format!("PARTITION BY {key}"));
    let partition: Vec<String> = bound.into_iter().chain(key).collect();
    let table = Table {
        kind: cells.letter("kind")?,
        unlogged: cells.get("unlogged")?,
        rls: cells.get("rls")?,
        force_rls: cells.get("force_rls")?,
        replica_identity: cells.letter("replica_identity")?,
        parents: cells.get::<Option<_>>("parents")?.unwrap_or_default(),
        partition: (!partition.is_empty()).then(|| partition.join(" ")),
        options: cells.sorted("options")?,
        estimated_rows: cells.get("estimated_rows")?,
        columns: around.columns_of(cells.get("oid")?).cloned().collect(),
    };
    let id = ObjectId::in_schema(
        ObjectKind::Table,
        cells.get::<String>("schema")?,
        cells.get::<String>("name")?,
    );
    let mut entry = cells.granted(class::RELATION, around, Object::Table(table))?;
    // A new default or a changed column need not touch the table's own row.
    let newest = around.versions.get(&entry.oid).copied();
    entry.row_version = entry.row_version.max(newest.unwrap_or_default());
    Ok(Some((id, entry)))
}
