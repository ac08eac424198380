//! Constraints of tables; a foreign key's target is known by OID.

use lodger_migration::catalog::{Constraint, ForeignKey, Object, Oid};
use lodger_migration::object::ObjectKind;
use tokio_postgres::Row;

use super::row::Cells;
use super::rows::Read;
use super::surroundings::Surroundings;
use super::{CatalogError, class};

pub(super) const SQL: &str = include_str!("constraint.sql");

pub(super) fn read(cells: &Cells<'_>, around: &Surroundings) -> Read {
    let relation: Oid = cells.get("relation")?;
    let columns: Option<Vec<i16>> = cells.get("columns")?;
    let definition: Option<String> = cells.get("definition")?;
    let definition = definition.unwrap_or_default();
    let kind = cells.letter("kind")?;
    let constraint = Constraint {
        kind,
        definition: definition
            .strip_suffix(" NOT VALID")
            .unwrap_or(&definition)
            .to_owned(),
        columns: around.column_names(relation, &columns.unwrap_or_default()),
        validated: cells.get("validated")?,
        deferrable: cells.get("deferrable")?,
        deferred: cells.get("deferred")?,
        foreign_key: if kind == 'f' {
            Some(read_key(cells, around)?)
        } else {
            None
        },
    };
    let id = around.on_relation(ObjectKind::Constraint, relation, cells.get("name")?);
    let entry = cells.entry(class::CONSTRAINT, around, Object::Constraint(constraint))?;
    Ok(id.map(|id| (id, entry)))
}

fn read_key(cells: &Cells<'_>, around: &Surroundings) -> Result<ForeignKey, CatalogError> {
    let table_oid = cells.get("target")?;
    let columns: Option<Vec<i16>> = cells.get("target_columns")?;
    let (schema, table) = around
        .relations
        .get(&table_oid)
        .cloned()
        .unwrap_or_default();
    Ok(ForeignKey {
        table_oid,
        schema,
        table,
        columns: around.column_names(table_oid, &columns.unwrap_or_default()),
        on_delete: cells.letter("on_delete")?,
        on_update: cells.letter("on_update")?,
        targets_primary_key: cells.get("targets_primary_key")?,
    })
}

/// Notes which constraint each index backs.
pub(super) fn read_backing(rows: &[Row], around: &mut Surroundings) -> Result<(), CatalogError> {
    for row in rows {
        let cells = Cells::new(row, "constraints");
        // A foreign key names the index of the table it points to, which it does not own.
        if matches!(cells.letter("kind")?, 'p' | 'u' | 'x') {
            around
                .constraints
                .insert(cells.get("index")?, cells.get("name")?);
        }
    }
    Ok(())
}
