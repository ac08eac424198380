//! Columns of tables and views, and attributes of composite types.

use std::collections::BTreeSet;

use lodger_migration::catalog::{Column, Oid};
use tokio_postgres::Row;

use super::row::Cells;
use super::surroundings::Surroundings;
use super::{CatalogError, acl, class};

pub(super) const SQL: &str = include_str!("column.sql");

pub(super) fn read_all(rows: &[Row], around: &mut Surroundings) -> Result<(), CatalogError> {
    let mut relations = BTreeSet::new();
    for row in rows {
        let cells = Cells::new(row, "columns");
        let relation: Oid = cells.get("relation")?;
        relations.insert(relation);
        let version = cells.version("row_version")?;
        let version = version.max(cells.version("second_version")?);
        let newest = around.versions.entry(relation).or_default();
        *newest = version.max(*newest);
        if cells.get("dropped")? {
            continue;
        }
        let number: i16 = cells.get("number")?;
        let column = read(
            &cells,
            number,
            around.comment(class::RELATION, relation, number.into()),
        )?;
        around
            .columns
            .entry(relation)
            .or_default()
            .push((number, column));
    }
    for relation in relations {
        let columns = around.columns.entry(relation).or_default();
        columns.sort_unstable_by_key(|(number, _)| *number);
    }
    Ok(())
}

fn read(cells: &Cells<'_>, number: i16, comment: Option<String>) -> Result<Column, CatalogError> {
    let acl: Option<Vec<&str>> = cells.get("acl")?;
    Ok(Column {
        number,
        name: cells.get("name")?,
        data_type: cells.get("data_type")?,
        not_null: cells.get("not_null")?,
        default: cells.get("expression")?,
        generated: cells.optional_letter("generated")?,
        identity: cells.optional_letter("identity")?,
        collation: cells.get("collation")?,
        grants: acl
            .map(|items| acl::parse_pairs(&items))
            .unwrap_or_default(),
        comment,
    })
}
