//! Tables, their columns, and what is altered about them.

use super::{cascading, full, missing, there};
use crate::differential::model::{Action, Column, Key, Name, Rest};

pub(super) fn table(guard: bool, name: &Name, key: Key, columns: &[Column], check: bool) -> String {
    let key = match key {
        Key::Uuid => Some("id uuid primary key default gen_random_uuid()"),
        Key::Identity => Some("id bigint generated always as identity primary key"),
        Key::Serial => Some("id serial primary key"),
        Key::Text => Some("id text primary key"),
        Key::None => None,
    };
    let mut parts: Vec<String> = key.into_iter().map(ToOwned::to_owned).collect();
    parts.extend(columns.iter().map(column));
    if check && let Some(first) = columns.first() {
        parts.push(format!("check ({} is not null)", first.name));
    }
    format!(
        "create table {}{} ({})",
        missing(guard),
        full(name),
        parts.join(", ")
    )
}

fn column(it: &Column) -> String {
    let head = format!("{} {}", it.name, it.kind);
    match &it.rest {
        Rest::Nothing => head,
        Rest::NotNull => format!("{head} not null"),
        Rest::Default(value) => format!("{head} default {value}"),
        Rest::Unique => format!("{head} unique"),
        Rest::Check(expression) => format!("{head} check ({expression})"),
        Rest::References {
            table,
            column,
            on_delete,
        } => {
            let column = column.map_or(String::new(), |it| format!(" ({it})"));
            format!("{head} references {}{column}{on_delete}", full(table))
        }
    }
}

pub(super) fn alteration(action: &Action) -> String {
    let named = |name: Option<&str>| name.map_or(String::new(), |it| format!("constraint {it} "));
    match action {
        Action::AddColumn { guard, column: it } => {
            format!("add column {}{}", missing(*guard), column(it))
        }
        Action::DropColumn {
            guard,
            column,
            cascade,
        } => format!(
            "drop column {}{column}{}",
            there(*guard),
            cascading(*cascade)
        ),
        Action::RenameColumn { from, to } => format!("rename column {from} to {to}"),
        Action::Type { column, kind } => {
            format!("alter column {column} type {kind} using {column}::text::{kind}")
        }
        Action::NotNull { column, on } => {
            let word = if *on { "set" } else { "drop" };
            format!("alter column {column} {word} not null")
        }
        Action::Default { column, value } => match value {
            Some(value) => format!("alter column {column} set default {value}"),
            None => format!("alter column {column} drop default"),
        },
        Action::ForeignKey {
            name,
            column,
            table,
            on_delete,
            not_valid,
        } => {
            let not_valid = if *not_valid { " not valid" } else { "" };
            format!(
                "add {}foreign key ({column}) references {} (id){on_delete}{not_valid}",
                named(*name),
                full(table)
            )
        }
        Action::Unique { name, column } => format!("add {}unique ({column})", named(*name)),
        Action::Check { name, column } => {
            format!("add {}check ({column} is not null)", named(*name))
        }
        Action::DropConstraint {
            guard,
            name,
            cascade,
        } => format!(
            "drop constraint {}{name}{}",
            there(*guard),
            cascading(*cascade)
        ),
        Action::Security(words) => format!("{words} row level security"),
        Action::Trigger { enable, name } => {
            let word = if *enable { "enable" } else { "disable" };
            format!("{word} trigger {name}")
        }
    }
}
