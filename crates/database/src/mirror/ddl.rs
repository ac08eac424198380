//! The DDL that makes one object of a catalog snapshot again.

use lodger_migration::catalog::{
    CatalogSnapshot, Column, Constraint, Entry, Extension, Function, Index, Object, Policy,
    Publication, Sequence, Table, Trigger, Type, View,
};
use lodger_migration::object::ObjectId;

use super::{Item, Stage};
use crate::base;
use crate::embedded::EmbeddedServer;
use crate::sql::quoted;

/// What makes `entry` again, in the order of stages.
pub(crate) fn create(id: &ObjectId, entry: &Entry, present: &CatalogSnapshot) -> Vec<Item> {
    if entry.extension.is_some() && !matches!(entry.object, Object::Extension(_)) {
        return Vec::new();
    }
    let name = qualified(id);
    let table = id
        .parent_table()
        .map(|table| qualified(&table))
        .unwrap_or_default();
    let parts = match &entry.object {
        Object::Schema(_) => vec![(Stage::Schema, format!("create schema {}", quoted(&id.name)))],
        Object::Extension(it) => extension(id, it, entry.owner.as_deref()),
        Object::Type(it) => vec![(Stage::Type, user_type(&name, it))],
        Object::Sequence(it) => sequence(&name, it, present),
        Object::Table(it) => create_table(&name, it),
        Object::View(it) => view(&name, it),
        Object::Function(it) => function(it),
        Object::Constraint(it) => vec![constraint(&table, id, it)],
        Object::Index(it) => index(it),
        Object::Trigger(it) => trigger(&table, id, it),
        Object::Policy(it) => vec![(Stage::Attachment, policy(&table, id, it))],
        Object::Rule(it) => vec![(Stage::Attachment, it.definition.clone())],
        Object::EventTrigger(it) => vec![(
            Stage::Database,
            format!(
                "create event trigger {} on {} execute function {}()",
                quoted(&id.name),
                it.event,
                it.function
            ),
        )],
        Object::Publication(it) => vec![(Stage::Database, publication(id, it))],
        // The target's default privileges and settings are put in place when all objects stand.
        Object::DefaultPrivileges(_) | Object::Setting(_) => Vec::new(),
    };
    parts
        .into_iter()
        .map(|(stage, sql)| Item {
            stage,
            id: id.clone(),
            sql,
        })
        .collect()
}

/// `"schema"."name"`.
pub(super) fn qualified(id: &ObjectId) -> String {
    match &id.schema {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(&id.name)),
        None => quoted(&id.name),
    }
}

fn extension(id: &ObjectId, it: &Extension, owner: Option<&str>) -> Vec<(Stage, String)> {
    let name = quoted(&id.name);
    let literal = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let create = format!(
        "create extension if not exists {name} with schema {} cascade",
        quoted(&it.schema)
    );
    // What the embedded server lacks has functions in its place.
    if !EmbeddedServer::bundles(&id.name)
        && let Some(sql) = base::stand_in_at(&id.name, Some(&it.schema))
    {
        let is_there = it.schema == "extensions" && base::has(&id.name);
        let missing = (!is_there).then_some((Stage::Extension, sql));
        return missing.into_iter().collect();
    }
    let mut parts = vec![(Stage::Extension, create)];
    if let Some(owner) = owner {
        // There is no ALTER EXTENSION … OWNER TO, and who may drop it depends on it.
        let own = format!(
            "set allow_system_table_mods = on; \
             update pg_catalog.pg_extension set extowner = r.oid from pg_catalog.pg_roles as r \
             where extname = {} and r.rolname = {}; \
             set allow_system_table_mods = off",
            literal(&id.name),
            literal(owner)
        );
        parts.push((Stage::Flag, own));
    }
    parts
}

fn user_type(name: &str, it: &Type) -> String {
    let parts = it.parts.join(", ");
    match it.kind {
        'e' => {
            let labels: Vec<String> = it
                .parts
                .iter()
                .map(|label| format!("'{}'", label.replace('\'', "''")))
                .collect();
            format!("create type {name} as enum ({})", labels.join(", "))
        }
        'd' => domain(name, &it.parts),
        'c' => format!("create type {name} as ({parts})"),
        _ => format!("create type {name} as range ({parts})"),
    }
}

/// The base type, what is said in words of their own, and constraints with their names in front.
fn domain(name: &str, parts: &[String]) -> String {
    let words = ["collate ", "not null", "default "];
    let mut sql = format!("create domain {name} as");
    for (position, part) in parts.iter().enumerate() {
        let in_words = position == 0 || words.iter().any(|it| part.starts_with(it));
        sql.push_str(if in_words { " " } else { " constraint " });
        sql.push_str(part);
    }
    sql
}

fn sequence(name: &str, it: &Sequence, present: &CatalogSnapshot) -> Vec<(Stage, String)> {
    let mut owner = it.owned_by.as_deref().unwrap_or_default().splitn(3, '.');
    let column = match (owner.next(), owner.next(), owner.next()) {
        (Some(schema), Some(table), Some(column)) => present
            .table(schema, table)
            .and_then(|table| table.columns.iter().find(|it| it.name == column))
            .map(|found| (schema, table, found)),
        _ => None,
    };
    if column.is_some_and(|(_, _, column)| column.identity.is_some()) {
        return Vec::new();
    }
    let mut parts = vec![(
        Stage::Sequence,
        format!(
            "create sequence {name} as {} {}",
            it.data_type, it.definition
        ),
    )];
    if let Some((schema, table, column)) = column {
        let column = format!(
            "{}.{}.{}",
            quoted(schema),
            quoted(table),
            quoted(&column.name)
        );
        parts.push((
            Stage::Default,
            format!("alter sequence {name} owned by {column}"),
        ));
    }
    parts
}

fn create_table(name: &str, it: &Table) -> Vec<(Stage, String)> {
    let columns: Vec<String> = it.columns.iter().map(column).collect();
    let parents: Vec<String> = it
        .parents
        .iter()
        .map(|parent| quote_dotted(parent))
        .collect();
    let partition = it.partition.as_deref().unwrap_or_default();
    let is_partition = partition.starts_with("FOR VALUES") || partition == "DEFAULT";
    let mut sql = match parents.first() {
        Some(parent) if is_partition => {
            format!("create table {name} partition of {parent} {partition}")
        }
        _ => format!("create table {name} ({})", columns.join(", ")),
    };
    if !parents.is_empty() && !is_partition {
        sql.push_str(&format!(" inherits ({})", parents.join(", ")));
    }
    if partition.starts_with("PARTITION BY") {
        sql.push_str(&format!(" {partition}"));
    }
    let mut parts = vec![(Stage::Table, sql)];
    for column in &it.columns {
        let plain = column.generated.is_none() && column.identity.is_none();
        if let Some(expression) = column.default.as_ref().filter(|_| plain) {
            let column = quoted(&column.name);
            let sql = format!("alter table {name} alter column {column} set default {expression}");
            parts.push((Stage::Default, sql));
        }
    }
    if it.rls {
        parts.push((
            Stage::Flag,
            format!("alter table {name} enable row level security"),
        ));
    }
    if it.force_rls {
        parts.push((
            Stage::Flag,
            format!("alter table {name} force row level security"),
        ));
    }
    match it.replica_identity {
        'f' => parts.push((
            Stage::Flag,
            format!("alter table {name} replica identity full"),
        )),
        'n' => parts.push((
            Stage::Flag,
            format!("alter table {name} replica identity nothing"),
        )),
        _ => {}
    }
    parts
}

fn column(it: &Column) -> String {
    let mut sql = format!("{} {}", quoted(&it.name), it.data_type);
    if let Some(collation) = &it.collation {
        sql.push_str(&format!(" collate {}", quote_dotted(collation)));
    }
    match (it.identity, it.generated, &it.default) {
        (Some('a'), ..) => sql.push_str(" generated always as identity"),
        (Some(_), ..) => sql.push_str(" generated by default as identity"),
        (_, Some(_), Some(expression)) => {
            sql.push_str(&format!(" generated always as ({expression}) stored"));
        }
        _ => {}
    }
    if it.not_null {
        sql.push_str(" not null");
    }
    sql
}

/// `schema.name` as the snapshot writes it, in quotes where it has none.
fn quote_dotted(name: &str) -> String {
    if name.contains('"') {
        return name.to_owned();
    }
    name.splitn(2, '.')
        .map(quoted)
        .collect::<Vec<_>>()
        .join(".")
}

/// A materialized view is filled after it was made: with the rows of tables that are empty here.
fn view(name: &str, it: &View) -> Vec<(Stage, String)> {
    let columns: Vec<String> = it
        .columns
        .iter()
        .map(|(column, _)| quoted(column))
        .collect();
    let columns = columns.join(", ");
    let definition = it.definition.trim().trim_end_matches(';');
    if it.materialized {
        let create =
            format!("create materialized view {name} ({columns}) as {definition} with no data");
        let refresh = format!("refresh materialized view {name}");
        let fill = it.populated.then_some((Stage::Fill, refresh));
        return std::iter::once((Stage::View, create)).chain(fill).collect();
    }
    let options = if it.options.is_empty() {
        String::new()
    } else {
        format!(" with ({})", it.options.join(", "))
    };
    let create = format!("create view {name} ({columns}){options} as {definition}");
    vec![(Stage::View, create)]
}

fn function(it: &Function) -> Vec<(Stage, String)> {
    if it.definition.is_empty() {
        return Vec::new();
    }
    vec![(Stage::Function, it.definition.clone())]
}

fn constraint(table: &str, id: &ObjectId, it: &Constraint) -> (Stage, String) {
    let stage = if it.kind == 'f' {
        Stage::ForeignKey
    } else {
        Stage::Key
    };
    let not_valid = if it.validated { "" } else { " not valid" };
    let name = quoted(&id.name);
    (
        stage,
        format!(
            "alter table {table} add constraint {name} {}{not_valid}",
            it.definition
        ),
    )
}

fn index(it: &Index) -> Vec<(Stage, String)> {
    if it.constraint.is_some() {
        return Vec::new();
    }
    vec![(Stage::Index, it.definition.clone())]
}

fn trigger(table: &str, id: &ObjectId, it: &Trigger) -> Vec<(Stage, String)> {
    let mut parts = vec![(Stage::Attachment, it.definition.clone())];
    let state = match it.enabled {
        'D' => "disable",
        'R' => "enable replica",
        'A' => "enable always",
        _ => return parts,
    };
    parts.push((
        Stage::Flag,
        format!("alter table {table} {state} trigger {}", quoted(&id.name)),
    ));
    parts
}

fn policy(table: &str, id: &ObjectId, it: &Policy) -> String {
    let roles: Vec<String> = it
        .roles
        .iter()
        .map(|role| {
            if role == "public" {
                role.clone()
            } else {
                quoted(role)
            }
        })
        .collect();
    let mut sql = format!(
        "create policy {} on {table} as {} for {} to {}",
        quoted(&id.name),
        if it.permissive {
            "permissive"
        } else {
            "restrictive"
        },
        it.command,
        roles.join(", ")
    );
    if let Some(expression) = &it.using {
        sql.push_str(&format!(" using ({expression})"));
    }
    if let Some(expression) = &it.check {
        sql.push_str(&format!(" with check ({expression})"));
    }
    sql
}

fn publication(id: &ObjectId, it: &Publication) -> String {
    let name = quoted(&id.name);
    let what = if it.all_tables { " for all tables" } else { "" };
    format!(
        "create publication {name}{what} with (publish = '{}')",
        it.publishes
    )
}
