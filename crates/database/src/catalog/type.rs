//! Enums, domains, composite and range types.

use lodger_migration::catalog::{Object, Type};
use lodger_migration::object::{ObjectId, ObjectKind};

use super::class;
use super::row::Cells;
use super::rows::Read;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("type.sql");

pub(super) fn read(cells: &Cells<'_>, around: &Surroundings) -> Read {
    let kind = cells.letter("kind")?;
    let attributes = around.columns_of(cells.get("relation")?);
    let parts = if kind == 'c' {
        attributes
            .map(|it| format!("{} {}", it.name, it.data_type))
            .collect()
    } else {
        cells.get("parts")?
    };
    let id = ObjectId::in_schema(
        ObjectKind::Type,
        cells.get::<String>("schema")?,
        cells.get::<String>("name")?,
    );
    let entry = cells.granted(class::TYPE, around, Object::Type(Type { kind, parts }))?;
    Ok(Some((id, entry)))
}
