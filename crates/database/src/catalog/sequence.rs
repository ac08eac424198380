//! Sequences, those of serial and identity columns too.

use lodger_migration::catalog::{Object, Sequence};
use lodger_migration::object::{ObjectId, ObjectKind};

use super::class;
use super::row::{Cells, with_second_version};
use super::rows::Read;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("sequence.sql");

pub(super) fn read(cells: &Cells<'_>, around: &Surroundings) -> Read {
    let relation = cells
        .get::<Option<_>>("owner_relation")?
        .unwrap_or_default();
    let number = cells.get::<Option<_>>("owner_column")?.unwrap_or_default();
    let owner = around
        .relations
        .get(&relation)
        .zip(around.column_name(relation, number));
    let sequence = Sequence {
        data_type: cells.get("data_type")?,
        definition: cells.get("definition")?,
        owned_by: owner.map(|((schema, table), column)| format!("{schema}.{table}.{column}")),
    };
    let id = ObjectId::in_schema(
        ObjectKind::Sequence,
        cells.get::<String>("schema")?,
        cells.get::<String>("name")?,
    );
    let entry = cells.granted(class::RELATION, around, Object::Sequence(sequence))?;
    Ok(Some((id, with_second_version(entry, cells)?)))
}
