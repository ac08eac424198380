//! Finds objects by name without looking at all of them: the entries stand in order of their identities.

use super::Entries;
use crate::object::{ObjectId, ObjectKind};

/// Where the objects of a kind, schema and table begin whose names are at least `name`.
pub(super) fn first(
    kind: ObjectKind,
    schema: Option<&str>,
    table: Option<&str>,
    name: &str,
) -> ObjectId {
    ObjectId {
        kind,
        schema: schema.map(ToOwned::to_owned),
        table: table.map(ToOwned::to_owned),
        name: name.to_owned(),
        arguments: None,
    }
}

/// The first object of a kind, schema and name, of one table or of whichever.
pub(super) fn find<'a>(
    entries: &'a Entries,
    kind: ObjectKind,
    schema: Option<&str>,
    table: Option<&str>,
    name: &str,
) -> Option<&'a ObjectId> {
    let seek = |table: Option<&str>| {
        let found = entries.range(first(kind, schema, table, name)..).next();
        let id = found.map(|(id, _)| id);
        id.filter(|id| {
            id.kind == kind
                && id.schema.as_deref() == schema
                && id.table.as_deref() == table
                && id.name == name
        })
    };
    if table.is_some() || !belongs_to_tables(kind) {
        return seek(table);
    }
    let of_schema = entries.range(first(kind, schema, None, "")..);
    of_schema
        .map(|(id, _)| id)
        .take_while(|id| id.kind == kind && id.schema.as_deref() == schema)
        .find(|id| id.name == name)
}

fn belongs_to_tables(kind: ObjectKind) -> bool {
    matches!(
        kind,
        ObjectKind::Column
            | ObjectKind::Constraint
            | ObjectKind::Trigger
            | ObjectKind::Policy
            | ObjectKind::Rule
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalog::{Entry, Object, Schema};

    fn entries(ids: &[ObjectId]) -> Entries {
        let entry = Arc::new(Entry::bare(Object::Schema(Schema {})));
        let entries = ids.iter().map(|id| (id.clone(), Arc::clone(&entry)));
        entries.collect()
    }

    #[test]
    fn finds_what_a_look_at_every_object_finds() {
        let mut ids = vec![
            ObjectId::global(ObjectKind::Schema, "a"),
            ObjectId::function("a", "f", "uuid"),
            ObjectId::function("a", "f", ""),
        ];
        for schema in ["a", "b"] {
            for name in ["s", "t", "u"] {
                ids.push(ObjectId::in_schema(ObjectKind::Table, schema, name));
                ids.push(ObjectId::on_table(ObjectKind::Policy, schema, name, "own"));
                ids.push(ObjectId::on_table(ObjectKind::Policy, schema, name, name));
            }
        }
        let entries = entries(&ids);
        let kinds = [
            ObjectKind::Schema,
            ObjectKind::Table,
            ObjectKind::Function,
            ObjectKind::Policy,
        ];
        let mut found = 0;
        for kind in kinds {
            for schema in [None, Some("a"), Some("b"), Some("c")] {
                for table in [None, Some("s"), Some("u"), Some("x")] {
                    for name in ["a", "f", "own", "t", "x"] {
                        let fits = |id: &&ObjectId| {
                            id.kind == kind
                                && id.schema.as_deref() == schema
                                && id.name == name
                                && (table.is_none() || id.table.as_deref() == table)
                        };
                        let expected = entries.keys().find(fits);
                        assert_eq!(find(&entries, kind, schema, table, name), expected);
                        found += usize::from(expected.is_some());
                    }
                }
            }
        }
        assert!(found > 10, "{found}");
    }
}
