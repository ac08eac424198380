//! Extensions.

use lodger_migration::catalog::{Extension, Object};
use lodger_migration::object::{ObjectId, ObjectKind};

use super::class;
use super::row::Cells;
use super::rows::Read;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("extension.sql");

pub(super) fn read(cells: &Cells<'_>, around: &Surroundings) -> Read {
    let extension = Extension {
        schema: cells.get("schema")?,
        version: cells.get("version")?,
    };
    let id = ObjectId::global(ObjectKind::Extension, cells.get::<String>("name")?);
    let entry = cells.owned(class::EXTENSION, around, Object::Extension(extension))?;
    Ok(Some((id, entry)))
}
