//! What else can be created.

use super::{full, missing, replace};
use crate::differential::model::{Body, Name, Statement};

pub(super) fn relation(statement: &Statement) -> String {
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

pub(super) fn function(again: bool, name: &Name, body: &Body, definer: bool) -> String {
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

pub(super) fn kind(statement: &Statement) -> String {
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

pub(super) fn attachment(statement: &Statement) -> String {
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
