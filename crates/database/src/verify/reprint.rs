//! Lets the throw-away server print objects of the target in its own words.
//!
//! Two versions of Postgres print one policy, index or view differently. So the server that ran the
//! migrations is given the target's text: it reads it, and prints it as it prints everything else.

use std::collections::BTreeMap;

use lodger_migration::catalog::{CatalogSnapshot, Entry, Object, Table};
use lodger_migration::object::{ObjectId, ObjectKind};

use crate::catalog::load_snapshot_in;
use crate::mirror::ddl;
use crate::shadow::{Shadow, ShadowError};
use crate::sql::{qualified, quoted};

/// Puts the target's objects in the place of the declared ones, and reads them back. An object that
/// the server does not take is left out. The throw-away database is as before afterwards.
pub(super) async fn reprint(
    shadow: &Shadow,
    ids: &[ObjectId],
    present: &CatalogSnapshot,
) -> Result<BTreeMap<ObjectId, Entry>, ShadowError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let client = &shadow.session().client;
    let ask = async |sql: &str| {
        let asked = client.batch_execute(sql).await;
        asked.map_err(|source| ShadowError::Refused {
            what: "to read the target's definitions",
            source,
        })
    };
    ask("begin").await?;
    // Names in the target's texts are qualified; nothing else may be found.
    ask("set local search_path = ''").await?;
    let mut taken = Vec::new();
    for (id, entry) in ids.iter().filter_map(|id| Some((id, present.get(id)?))) {
        let sql = replacement(id, entry, present);
        ask("savepoint reprint").await?;
        match client.batch_execute(&sql).await {
            Ok(()) => taken.push(id),
            Err(error) => {
                tracing::debug!(object = %id, %error, "not taken by the shadow");
                ask("rollback to reprint").await?;
            }
        }
    }
    let printed = load_snapshot_in(client).await?;
    ask("rollback").await?;
    let printed = taken.into_iter().filter_map(|id| {
        Some((
            id.clone(),
            with_flags_of(present.get(id)?, printed.get(id)?),
        ))
    });
    Ok(printed.collect())
}

/// What a definition does not say stays as it is on the target.
fn with_flags_of(there: &Entry, printed: &Entry) -> Entry {
    let mut entry = printed.clone();
    match (&mut entry.object, &there.object) {
        (Object::Index(printed), Object::Index(there)) => printed.valid = there.valid,
        (Object::Constraint(printed), Object::Constraint(there)) => {
            printed.validated = there.validated;
        }
        (Object::Trigger(printed), Object::Trigger(there)) => printed.enabled = there.enabled,
        (Object::Table(printed), Object::Table(there)) => {
            let defaults: Vec<_> = printed
                .columns
                .iter()
                .map(|it| it.default.clone())
                .collect();
            let names: Vec<_> = printed.columns.iter().map(|it| it.name.clone()).collect();
            *printed = there.clone();
            for column in &mut printed.columns {
                let at = names.iter().position(|name| *name == column.name);
                if let Some(default) = at.and_then(|at| defaults.get(at)) {
                    column.default.clone_from(default);
                }
            }
        }
        _ => {}
    }
    entry
}

fn replacement(id: &ObjectId, entry: &Entry, present: &CatalogSnapshot) -> String {
    let (Some(schema), Object::Table(table)) = (&id.schema, &entry.object) else {
        let create = ddl::create(id, entry, present).into_iter();
        let create: Vec<String> = create.map(|item| item.sql).collect();
        return format!("{}; {}", drop(id, entry), create.join("; "));
    };
    expressions(&qualified(schema, &id.name), table)
}

fn drop(id: &ObjectId, entry: &Entry) -> String {
    let schema = id.schema.as_deref().unwrap_or_default();
    let name = quoted(&id.name);
    let on = qualified(schema, id.table.as_deref().unwrap_or_default());
    match id.kind {
        ObjectKind::Constraint => format!("alter table {on} drop constraint {name} cascade"),
        ObjectKind::Policy => format!("drop policy {name} on {on}"),
        ObjectKind::Trigger => format!("drop trigger {name} on {on}"),
        ObjectKind::Rule => format!("drop rule {name} on {on}"),
        ObjectKind::Index => format!("drop index {}", qualified(schema, &id.name)),
        ObjectKind::View => {
            let materialized = matches!(&entry.object, Object::View(it) if it.materialized);
            let kind = if materialized {
                "materialized view"
            } else {
                "view"
            };
            format!("drop {kind} {} cascade", qualified(schema, &id.name))
        }
        ObjectKind::Type => format!("drop domain {} cascade", qualified(schema, &id.name)),
        // A function is replaced in place.
        _ => String::new(),
    }
}

/// Gives a table's columns the expressions that they have on the target.
fn expressions(name: &str, table: &Table) -> String {
    let mut sql = String::new();
    for column in table.columns.iter().filter(|it| it.identity.is_none()) {
        let alter = format!("alter table {name} alter column {}", quoted(&column.name));
        match (&column.default, column.generated) {
            (Some(text), Some(_)) => {
                sql.push_str(&format!("{alter} set expression as ({text}); "));
            }
            (Some(text), None) => sql.push_str(&format!("{alter} set default {text}; ")),
            (None, _) => sql.push_str(&format!("{alter} drop default; ")),
        }
    }
    sql
}
