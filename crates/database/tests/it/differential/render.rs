//! A case's statements as SQL.

use super::model::{
    Action, Body, Column, Granted, Guard, Key, Kind, Name, Publish, Rest, Statement, Write,
};

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

fn table(guard: bool, name: &Name, key: Key, columns: &[Column], check: bool) -> String {
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

fn alteration(action: &Action) -> String {
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

fn relation(statement: &Statement) -> String {
    match statement {
        Statement::Index {
            guard,
            unique,
            name,
            table,
            column,
            partial,
        } => format!(
            "create {}index {}{} on {} ({column}){}",
            if *unique { "unique " } else { "" },
            missing(*guard && name.is_some()),
            name.unwrap_or_default(),
            full(table),
            if *partial {
                format!(" where {column} is not null")
            } else {
                String::new()
            }
        ),
        Statement::View {
            replace: again,
            materialized,
            guard,
            name,
            table,
            column,
        } => {
            let head = if *materialized {
                format!("create materialized view {}", missing(*guard))
            } else {
                format!("create {}view ", replace(*again))
            };
            let columns = column.map_or("*".to_owned(), |it| format!("id, {it}"));
            format!(
                "{head}{} as select {columns} from {}",
                full(name),
                full(table)
            )
        }
        _ => String::new(),
    }
}

fn function(again: bool, name: &Name, body: &Body, definer: bool) -> String {
    let arguments = match body {
        Body::Takes(kind) => format!("given {kind}"),
        _ => String::new(),
    };
    let definer = if definer {
        " security definer set search_path = ''"
    } else {
        ""
    };
    let head = format!(
        "create {}function {}({arguments})",
        replace(again),
        full(name)
    );
    match body {
        Body::Sets(column) => format!(
            "{head} returns trigger language plpgsql{definer} as $f$ begin new.{column} := null; return new; end $f$"
        ),
        Body::Writes(table) => format!(
            "{head} returns trigger language plpgsql{definer} as $f$ begin insert into {} default values; return new; end $f$",
            full(table)
        ),
        Body::Counts(table) => format!(
            "{head} returns bigint language sql stable{definer} as $f$ select count(*) from {} $f$",
            full(table)
        ),
        Body::CountsAtomic(table) => format!(
            "{head} returns bigint language sql{definer} begin atomic; select count(*) from {}; end",
            full(table)
        ),
        Body::Number => {
            format!(
                "{head} returns bigint language sql immutable{definer} as $f$ select 1::bigint $f$"
            )
        }
        Body::Takes(kind) => {
            format!("{head} returns {kind} language sql immutable{definer} as $f$ select given $f$")
        }
    }
}

fn kind(statement: &Statement) -> String {
    match statement {
        Statement::Enum { name, labels } => {
            let labels: Vec<String> = labels.iter().map(|it| format!("'{it}'")).collect();
            format!("create type {} as enum ({})", full(name), labels.join(", "))
        }
        Statement::Domain { name } => {
            format!("create domain {} as text check (value <> '')", full(name))
        }
        Statement::Composite { name } => {
            format!("create type {} as (first text, second integer)", full(name))
        }
        Statement::Label { guard, name, label } => {
            format!(
                "alter type {} add value {}'{label}'",
                full(name),
                missing(*guard)
            )
        }
        Statement::Sequence { guard, name } => {
            format!("create sequence {}{}", missing(*guard), full(name))
        }
        _ => String::new(),
    }
}

fn attachment(statement: &Statement) -> String {
    match statement {
        Statement::Trigger {
            replace: again,
            name,
            table,
            function,
            event,
        } => format!(
            "create {}trigger {name} {event} on {} for each row execute function {}()",
            replace(*again),
            full(table),
            full(function)
        ),
        Statement::Policy {
            name,
            table,
            command,
            role,
        } => {
            let condition = if *command == "insert" {
                "with check (true)"
            } else {
                "using (true)"
            };
            format!(
                "create policy {name} on {} for {command} to {role} {condition}",
                full(table)
            )
        }
        Statement::Rule {
            replace: again,
            name,
            table,
        } => format!(
            "create {}rule {name} as on delete to {} do instead nothing",
            replace(*again),
            full(table)
        ),
        _ => String::new(),
    }
}

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

fn change(statement: &Statement) -> String {
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

fn about(statement: &Statement) -> String {
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

fn privilege(statement: &Statement) -> String {
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

fn write(command: Write, table: &Name, column: &str) -> String {
    let table = full(table);
    match command {
        Write::Insert => format!("insert into {table} ({column}) values (null)"),
        Write::InsertDefaults => format!("insert into {table} default values"),
        Write::Update => format!("update {table} set {column} = null"),
        Write::Delete => format!("delete from {table}"),
        Write::Truncate => format!("truncate {table}"),
    }
}

fn block(guard: &Guard, dynamic: bool, body: &[Statement]) -> String {
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
