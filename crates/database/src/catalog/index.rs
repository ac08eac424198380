//! Indexes.

use lodger_migration::catalog::{Index, Object, Oid};
use lodger_migration::object::{ObjectId, ObjectKind};

use super::class;
use super::row::{Cells, with_second_version};
use super::rows::Read;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("index.sql");
/// Without the definitions: for what is not selected of a subquery, Postgres calls no function.
#[cfg(feature = "embedded")]
pub(super) const OUTLINE: &str = concat!(
    "select oid, row_version, second_version, schema, name, relation, null::pg_catalog.text as definition,",
    ' ',
    r#""unique", valid, columns, key_columns, partial, stored from ("#,
    '\n',
    include_str!("index.sql"),
    ") whole"
);

pub(super) fn read(cells: &Cells<'_>, around: &Surroundings) -> Read {
    let relation: Oid = cells.get("relation")?;
    let Some((_, table)) = around.relations.get(&relation) else {
        return Ok(None);
    };
    let keys = usize::try_from(cells.get::<i16>("key_columns")?).unwrap_or_default();
    let columns: Vec<i16> = cells.get("columns")?;
    let leading = columns
        .into_iter()
        .take(keys)
        .take_while(|number| *number > 0);
    let index = Index {
        table: table.clone(),
        definition: cells.get::<Option<_>>("definition")?.unwrap_or_default(),
        unique: cells.get("unique")?,
        valid: cells.get("valid")?,
        constraint: around.constraints.get(&cells.get("oid")?).cloned(),
        columns: around.column_names(relation, &leading.collect::<Vec<_>>()),
        partial: cells.get("partial")?,
    };
    let id = ObjectId::in_schema(
        ObjectKind::Index,
        cells.get::<String>("schema")?,
        cells.get::<String>("name")?,
    );
    let entry = cells.entry(class::RELATION, around, Object::Index(index))?;
    let entry = with_second_version(entry, cells)?;
    Ok(Some((id, cells.with_stored(entry)?)))
}
