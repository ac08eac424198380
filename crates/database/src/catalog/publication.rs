//! Publications.

use lodger_migration::catalog::{Object, Publication};
use lodger_migration::object::{ObjectId, ObjectKind};

use super::class;
use super::row::Cells;
use super::rows::Read;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("publication.sql");

pub(super) fn read(cells: &Cells<'_>, around: &Surroundings) -> Read {
    let publication = Publication {
        all_tables: cells.get("all_tables")?,
        tables: cells.sorted("tables")?,
        schemas: cells.sorted("schemas")?,
        publishes: cells.get("publishes")?,
    };
    let id = ObjectId::global(ObjectKind::Publication, cells.get::<String>("name")?);
    let entry = cells.owned(class::PUBLICATION, around, Object::Publication(publication))?;
    Ok(Some((id, entry)))
}
