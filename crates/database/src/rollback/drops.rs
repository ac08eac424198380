//! The statements that take objects out: by name, RESTRICT, after a look whether the name still means the OID.

use lodger_migration::catalog::{CatalogSnapshot, Object, Oid};
use lodger_migration::object::{ObjectId, ObjectKind};
use tokio_postgres::GenericClient;

use super::order::Drop;
use crate::catalog::class_of;
use crate::sql::{name, qualified, quoted};

const IDENTIFY: &str = include_str!("identify.sql");

/// The statement of one drop, with every name qualified and in quotes.
pub(crate) fn statement(drop: &Drop, snapshot: &CatalogSnapshot) -> String {
    match drop {
        Drop::One(id) => one(id, snapshot),
        Drop::Tables(ids) => {
            let names: Vec<String> = ids.iter().map(name).collect();
            format!("drop table {} restrict", names.join(", "))
        }
        Drop::Default { table, column } => format!(
            "alter table {} alter column {} drop default",
            name(table),
            quoted(column)
        ),
        Drop::Columns { table, columns } => {
            let drops: Vec<String> = columns
                .iter()
                .map(|column| format!("drop column {} restrict", quoted(column)))
                .collect();
            format!("alter table {} {}", name(table), drops.join(", "))
        }
    }
}

fn one(id: &ObjectId, snapshot: &CatalogSnapshot) -> String {
    let object = snapshot.get(id).map(|entry| &entry.object);
    let table = || {
        let schema = id.schema.as_deref().unwrap_or_default();
        qualified(schema, id.table.as_deref().unwrap_or_default())
    };
    let bare = quoted(&id.name);
    match (id.kind, object) {
        (ObjectKind::Constraint, _) => {
            format!("alter table {} drop constraint {bare} restrict", table())
        }
        (ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Rule, _) => {
            format!("drop {} {bare} on {} restrict", id.kind.as_str(), table())
        }
        (ObjectKind::Function, _) => {
            let arguments = id.arguments.as_deref().unwrap_or_default();
            format!("drop routine {}({arguments}) restrict", name(id))
        }
        (_, Some(Object::View(view))) if view.materialized => {
            format!("drop materialized view {} restrict", name(id))
        }
        (_, Some(Object::Table(table))) if table.kind == 'f' => {
            format!("drop foreign table {} restrict", name(id))
        }
        _ => format!("drop {} {} restrict", id.kind.as_str(), name(id)),
    }
}

/// The objects whose names mean something else by now, as sentences.
pub(crate) async fn renamed(
    client: &impl GenericClient,
    drops: &[Drop],
    snapshot: &CatalogSnapshot,
) -> Result<Vec<String>, tokio_postgres::Error> {
    let named: Vec<(&ObjectId, Oid)> = drops
        .iter()
        .flat_map(Drop::objects)
        .filter_map(|id| Some((id, snapshot.get(id)?.oid)))
        .collect();
    let classes: Vec<Oid> = named.iter().map(|(id, _)| class_of(id.kind)).collect();
    let oids: Vec<Oid> = named.iter().map(|(_, oid)| *oid).collect();
    let types: Vec<Option<String>> = named
        .iter()
        .map(|(id, _)| (id.kind == ObjectKind::Type).then(|| name(id)))
        .collect();
    let rows = client.query(IDENTIFY, &[&classes, &oids, &types]).await?;
    let mut sentences = Vec::new();
    for ((id, oid), row) in named.iter().zip(&rows) {
        let names: Option<Vec<String>> = row.get("names");
        let type_of_name: Option<Oid> = row.get("type_of_name");
        let same = match id.kind {
            ObjectKind::Type => names.is_some() && type_of_name == Some(*oid),
            _ => names.as_deref() == Some(&expected(id)),
        };
        if !same {
            sentences.push(format!("{id} is not the object with OID {oid} any more"));
        }
    }
    Ok(sentences)
}

fn expected(id: &ObjectId) -> Vec<String> {
    let parts = [id.schema.as_ref(), id.table.as_ref(), Some(&id.name)];
    parts.into_iter().flatten().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_qualified_and_quoted_and_nothing_cascades() {
        let snapshot = CatalogSnapshot::default();
        let table = ObjectId::in_schema(ObjectKind::Table, "public", "Odd \"name\"");
        let other = ObjectId::in_schema(ObjectKind::Table, "public", "b");
        let policy = ObjectId::on_table(ObjectKind::Policy, "auth", "users", "own rows");
        let key = ObjectId::on_table(ObjectKind::Constraint, "public", "users", "k");
        let function = ObjectId::function("public", "f", "uuid, public.\"T\"");
        let schema = ObjectId::global(ObjectKind::Schema, "research");
        let say = |drop: Drop| statement(&drop, &snapshot);
        assert_eq!(
            say(Drop::Tables(vec![table, other])),
            r#"drop table "public"."Odd ""name""", "public"."b" restrict"#
        );
        assert_eq!(
            say(Drop::One(policy)),
            r#"drop policy "own rows" on "auth"."users" restrict"#
        );
        assert_eq!(
            say(Drop::One(key)),
            r#"alter table "public"."users" drop constraint "k" restrict"#
        );
        assert_eq!(
            say(Drop::One(function)),
            r#"drop routine "public"."f"(uuid, public."T") restrict"#
        );
        assert_eq!(say(Drop::One(schema)), r#"drop schema "research" restrict"#);
    }
}
