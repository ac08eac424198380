//! A case's statements as SQL.

mod changes;
mod objects;
mod tables;

use super::model::{Name, Statement};
use changes::{about, block, change, privilege, write};
use objects::{attachment, function, kind, relation};
use tables::{alteration, table};

/// SQL without the semicolon.
pub(crate) fn render(statement: &Statement) -> String {
    match statement {
        Statement::Schema { guard, name } => format!("create schema {}{name}", missing(*guard)),
        Statement::Table {
            guard,
            name,
            key,
            columns,
            check,
        } => table(*guard, name, *key, columns, *check),
        Statement::TableAs { guard, name, from } => format!(
            "create table {}{} as select * from {}",
            missing(*guard),
            full(name),
            full(from)
        ),
        Statement::Alter {
            guard,
            table,
            action,
        } => format!(
            "alter table {}{} {}",
            there(*guard),
            full(table),
            alteration(action)
        ),
        Statement::Index { .. } | Statement::View { .. } => relation(statement),
        Statement::Function {
            replace,
            name,
            body,
            definer,
        } => function(*replace, name, body, *definer),
        Statement::Trigger { .. } | Statement::Policy { .. } | Statement::Rule { .. } => {
            attachment(statement)
        }
        Statement::Enum { .. }
        | Statement::Domain { .. }
        | Statement::Composite { .. }
        | Statement::Label { .. }
        | Statement::Sequence { .. } => kind(statement),
        Statement::Drop { .. }
        | Statement::DropOn { .. }
        | Statement::Rename { .. }
        | Statement::Move { .. } => change(statement),
        Statement::Grant { .. } | Statement::DefaultPrivileges { .. } => privilege(statement),
        Statement::Comment { .. } | Statement::Publication { .. } => about(statement),
        Statement::Write {
            command,
            table,
            column,
        } => write(*command, table, column),
        Statement::Path(schemas) => format!("set search_path = {}", schemas.join(", ")),
        Statement::Do {
            guard,
            dynamic,
            body,
        } => block(guard, *dynamic, body),
    }
}

/// A name as SQL.
pub(crate) fn full(name: &Name) -> String {
    match name.schema {
        Some(schema) => format!("{schema}.{}", quoted(name.name)),
        None => quoted(name.name),
    }
}

fn quoted(name: &str) -> String {
    if name.chars().all(|it| it.is_ascii_lowercase() || it == '_') {
        name.to_owned()
    } else {
        format!("\"{name}\"")
    }
}

fn missing(guard: bool) -> &'static str {
    if guard { "if not exists " } else { "" }
}

fn there(guard: bool) -> &'static str {
    if guard { "if exists " } else { "" }
}

fn replace(replace: bool) -> &'static str {
    if replace { "or replace " } else { "" }
}

fn cascading(cascade: bool) -> &'static str {
    if cascade { " cascade" } else { "" }
}
