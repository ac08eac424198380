//! Where a foreign key points, by OID.

use super::title::action;
use crate::catalog::{CatalogSnapshot, Constraint, ForeignKey};
use crate::object::{ObjectId, ObjectKind};

/// In what a foreign key differs from the declared one. The table it points at is known by OID: a table
/// of the same name in another schema, or one that was put in its place, is another table.
pub(super) fn complaints(
    declared: &ForeignKey,
    there: &Constraint,
    present: &CatalogSnapshot,
) -> Vec<String> {
    let Some(found) = &there.foreign_key else {
        return vec!["it is no foreign key".to_owned()];
    };
    let mut complaints = Vec::new();
    let target = ObjectId::in_schema(ObjectKind::Table, &declared.schema, &declared.table);
    match present.get(&target) {
        None => complaints.push(format!("{target} is not there")),
        Some(entry) if entry.oid != found.table_oid => {
            let actual = present.by_oid(ObjectKind::Table, found.table_oid);
            let actual = actual.map_or_else(|| "a table that is gone".to_owned(), ObjectId::name);
            complaints.push(format!(
                "it points at {actual} (OID {}), and {} has OID {}",
                found.table_oid,
                target.name(),
                entry.oid
            ));
        }
        Some(_) if declared.columns != found.columns => complaints.push(format!(
            "it points at ({}), declared is ({})",
            found.columns.join(", "),
            declared.columns.join(", ")
        )),
        Some(_) => {}
    }
    for (what, found, declared) in [
        ("delete", found.on_delete, declared.on_delete),
        ("update", found.on_update, declared.on_update),
    ] {
        if found != declared {
            complaints.push(format!(
                "on {what}: is {}, declared is {}",
                action(found),
                action(declared)
            ));
        }
    }
    complaints
}
