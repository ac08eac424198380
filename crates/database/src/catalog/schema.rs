//! Schemas.

use lodger_migration::catalog::{Object, Schema};
use lodger_migration::object::{ObjectId, ObjectKind};

use super::class;
use super::row::Cells;
use super::rows::Read;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("schema.sql");

pub(super) fn read(cells: &Cells<'_>, around: &Surroundings) -> Read {
    let id = ObjectId::global(ObjectKind::Schema, cells.get::<String>("name")?);
    let entry = cells.granted(class::NAMESPACE, around, Object::Schema(Schema {}))?;
    Ok(Some((id, entry)))
}
