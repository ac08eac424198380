//! Views and materialized views.

use lodger_migration::catalog::{Object, View};
use lodger_migration::object::{ObjectId, ObjectKind};

use super::class;
use super::row::{Cells, with_second_version};
use super::rows::Read;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("view.sql");

pub(super) fn read(cells: &Cells<'_>, around: &Surroundings) -> Read {
    let columns = around.columns_of(cells.get("oid")?);
    let view = View {
        materialized: cells.get("materialized")?,
        populated: cells.get("populated")?,
        definition: cells.get::<Option<_>>("definition")?.unwrap_or_default(),
        columns: columns
            .map(|it| (it.name.clone(), it.data_type.clone()))
            .collect(),
        options: cells.sorted("options")?,
    };
    let id = ObjectId::in_schema(
        ObjectKind::View,
        cells.get::<String>("schema")?,
        cells.get::<String>("name")?,
    );
    let entry = cells.granted(class::RELATION, around, Object::View(view))?;
    Ok(Some((id, with_second_version(entry, cells)?)))
}
