//! What an object is, in one line: the name of its check.

use crate::catalog::{Constraint, Entry, ForeignKey, Object};
use crate::object::ObjectId;

/// Says what `entry` is and what is asked of it.
pub(super) fn title(id: &ObjectId, entry: &Entry) -> String {
    let table = id
        .parent_table()
        .map(|table| table.name())
        .unwrap_or_default();
    match &entry.object {
        Object::Constraint(it) => constraint(&id.name, &table, it),
        Object::Table(it) => {
            let number = it.columns.len();
            let plural = if number == 1 { "" } else { "s" };
            format!("{id}: {number} column{plural}")
        }
        Object::Index(it) => {
            let schema = id.schema.as_deref().unwrap_or_default();
            let columns = it.columns.join(", ");
            let unique = if it.unique { "unique " } else { "" };
            format!(
                "{unique}index {}: {schema}.{} ({columns}), valid",
                id.name, it.table
            )
        }
        Object::Type(it) if it.kind == 'e' => {
            format!("enum {}: {}", id.name(), it.parts.join(", "))
        }
        Object::Trigger(it) => format!(
            "trigger {}: on {table}, calls {}.{}(), {}",
            id.name,
            it.function_schema,
            it.function,
            if it.enabled == 'D' {
                "disabled"
            } else {
                "enabled"
            }
        ),
        Object::Function(it) => {
            let mut words = Vec::new();
            if it.security_definer {
                words.push("security definer");
            }
            if it.pins_search_path() {
                words.push("fixed search_path");
            }
            if words.is_empty() {
                id.to_string()
            } else {
                format!("{id}: {}", words.join(", "))
            }
        }
        Object::Policy(it) => format!(
            "policy {}: on {table}, for {} to {}{}",
            id.name,
            it.command.to_lowercase(),
            it.roles.join(", "),
            if it.permissive { "" } else { ", restrictive" }
        ),
        _ => id.to_string(),
    }
}

fn constraint(name: &str, table: &str, it: &Constraint) -> String {
    let columns = it.columns.join(", ");
    match (it.kind, &it.foreign_key) {
        (_, Some(key)) => foreign_key(name, table, it, key),
        ('p', _) => format!("primary key {name}: {table} ({columns})"),
        ('u', _) => format!("unique constraint {name}: {table} ({columns})"),
        ('x', _) => format!("exclusion constraint {name}: {table}"),
        _ => format!("check constraint {name}: {table}"),
    }
}

fn foreign_key(name: &str, table: &str, it: &Constraint, key: &ForeignKey) -> String {
    let mut sentence = format!(
        "foreign key {name}: {table} ({}) → {}.{} ({}), on delete {}",
        it.columns.join(", "),
        key.schema,
        key.table,
        key.columns.join(", "),
        action(key.on_delete)
    );
    if key.on_update != 'a' {
        sentence.push_str(&format!(", on update {}", action(key.on_update)));
    }
    sentence.push_str(if it.validated {
        ", validated"
    } else {
        ", not valid"
    });
    sentence
}

/// What a foreign key does when the row it points at goes or changes.
pub(super) fn action(letter: char) -> &'static str {
    match letter {
        'c' => "cascade",
        'r' => "restrict",
        'n' => "set null",
        'd' => "set default",
        _ => "no action",
    }
}
