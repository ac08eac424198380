//! What is done to things that are there.

use super::{cascading, full, quoted, render, there};
use crate::differential::model::{Granted, Guard, Kind, Name, Publish, Statement, Write};

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Table => "table",
        Kind::View => "view",
        Kind::MaterializedView => "materialized view",
        Kind::Index => "index",
        Kind::Sequence => "sequence",
        Kind::Type => "type",
        Kind::Domain => "domain",
        Kind::Function => "function",
        Kind::Schema => "schema",
        Kind::Publication => "publication",
    }
}

/// Schemas and publications stand in no schema.
fn of_kind(kind: Kind, name: &Name) -> String {
    match kind {
        Kind::Schema | Kind::Publication => quoted(name.name),
        _ => full(name),
    }
}

pub(super) fn change(statement: &Statement) -> String {
    match statement {
        Statement::Drop {
            kind,
            guard,
            name,
            cascade,
        } => format!(
            "drop {} {}{}{}",
            word(*kind),
            there(*guard),
            of_kind(*kind, name),
            cascading(*cascade)
        ),
        Statement::DropOn {
            kind,
            guard,
            name,
            table,
        } => format!("drop {kind} {}{name} on {}", there(*guard), full(table)),
        Statement::Rename { kind, name, to } => format!(
            "alter {} {} rename to {}",
            word(*kind),
            of_kind(*kind, name),
            quoted(to)
        ),
        Statement::Move { kind, name, to } => {
            format!(
                "alter {} {} set schema {to}",
                word(*kind),
                of_kind(*kind, name)
            )
        }
        _ => String::new(),
    }
}

pub(super) fn about(statement: &Statement) -> String {
    match statement {
        Statement::Comment {
            kind,
            name,
            column,
            text,
        } => comment(*kind, name, *column, text),
        Statement::Publication {
            name,
            action,
            table,
        } => publication(name, *action, table),
        _ => String::new(),
    }
}

pub(super) fn privilege(statement: &Statement) -> String {
    let words = |revoke: bool| {
        if revoke {
            ("revoke", "from")
        } else {
            ("grant", "to")
        }
    };
    match statement {
        Statement::Grant {
            revoke,
            privilege,
            on,
            role,
        } => {
            let (verb, to) = words(*revoke);
            let (privilege, on) = match on {
                Granted::Table(name) => ((*privilege).to_owned(), full(name)),
                Granted::Column(name, column) => (format!("select ({column})"), full(name)),
                Granted::AllTables(schema) => (
                    (*privilege).to_owned(),
                    format!("all tables in schema {schema}"),
                ),
                Granted::Schema(name) => ("usage".to_owned(), format!("schema {name}")),
                Granted::Function(name) => {
                    ("execute".to_owned(), format!("function {}", full(name)))
                }
                Granted::Sequence(name) => ("usage".to_owned(), format!("sequence {}", full(name))),
            };
            format!("{verb} {privilege} on {on} {to} {role}")
        }
        Statement::DefaultPrivileges {
            revoke,
            kind,
            schema,
            role,
        } => {
            let (verb, to) = words(*revoke);
            let schema = schema.map_or(String::new(), |it| format!(" in schema {it}"));
            format!("alter default privileges{schema} {verb} all on {kind} {to} {role}")
        }
        _ => String::new(),
    }
}

fn comment(kind: Kind, name: &Name, column: Option<&str>, text: &str) -> String {
    match column {
        Some(column) if kind == Kind::Table => {
            format!("comment on column {}.{column} is {text}", full(name))
        }
        _ => format!(
            "comment on {} {} is {text}",
            word(kind),
            of_kind(kind, name)
        ),
    }
}

fn publication(name: &str, action: Publish, table: &Name) -> String {
    let table = full(table);
    match action {
        Publish::Create => format!("create publication {name} for table {table}"),
        Publish::CreateEmpty => format!("create publication {name}"),
        Publish::Add => format!("alter publication {name} add table {table}"),
        Publish::Set => format!("alter publication {name} set table {table}"),
        Publish::Drop => format!("alter publication {name} drop table {table}"),
    }
}

pub(super) fn write(command: Write, table: &Name, column: &str) -> String {
    let table = full(table);
    match command {
        Write::Insert => format!("insert into {table} ({column}) values (null)"),
        Write::InsertDefaults => format!("insert into {table} default values"),
        Write::Update => format!("update {table} set {column} = null"),
        Write::Delete => format!("delete from {table}"),
        Write::Truncate => format!("truncate {table}"),
    }
}

pub(super) fn block(guard: &Guard, dynamic: bool, body: &[Statement]) -> String {
    let lines = body.iter().map(|it| {
        let sql = render(it);
        if dynamic {
            format!("execute $e${sql}$e$; ")
        } else {
            format!("{sql}; ")
        }
    });
    let lines: String = lines.collect();
    match guard {
        Guard::None => format!("do $do$ begin {lines}end $do$"),
        Guard::Caught(condition) => {
            format!("do $do$ begin {lines}exception when {condition} then null; end $do$")
        }
        Guard::IfMissing(name) => format!(
            "do $do$ begin if to_regclass('{}') is null then {lines}end if; end $do$",
            full(name)
        ),
    }
}
