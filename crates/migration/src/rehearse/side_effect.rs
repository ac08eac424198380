//! Triggers that reach out of the transaction: what they do, no rollback takes back.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{CatalogSnapshot, Function, Object, Trigger};
use crate::object::{ObjectId, ObjectKind};

/// Functions whose effect outlives a rollback, by the last part of their names.
/// Sources: the documentation of `pg_net`, `http`, `dblink`, and of PostgreSQL on sequences, advisory
/// locks and server signalling. NOTIFY is not among them: it is dropped with the transaction.
const REACHING_OUT: &[&str] = &[
    "http",
    "http_get",
    "http_post",
    "http_put",
    "http_patch",
    "http_delete",
    "http_head",
    "http_request",
    "dblink",
    "dblink_exec",
    "dblink_connect",
    "dblink_connect_u",
    "dblink_send_query",
    "dblink_open",
    "nextval",
    "setval",
    "pg_advisory_lock",
    "pg_advisory_lock_shared",
    "pg_try_advisory_lock",
    "pg_try_advisory_lock_shared",
    "pg_terminate_backend",
    "pg_cancel_backend",
    "pg_reload_conf",
    "lo_export",
    "pg_logical_emit_message",
];
/// The same, where the last part alone says too little.
const REACHING_OUT_IN_FULL: &[&str] = &[
    "cron.schedule",
    "cron.schedule_in_database",
    "cron.unschedule",
];
/// Languages whose functions may do anything that the server's user may.
const UNTRUSTED: &[&str] = &[
    "plpython3u",
    "plpythonu",
    "plperlu",
    "pltclu",
    "plsh",
    "plr",
];

/// A trigger that would fire and whose effect outlives a rollback.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SideEffect {
    /// The trigger.
    pub trigger: ObjectId,
    /// What it calls.
    pub calls: String,
}

impl SideEffect {
    /// As a sentence.
    #[must_use]
    pub fn describe(&self) -> String {
        format!(
            "{} calls {}, which no rollback takes back",
            self.trigger, self.calls
        )
    }
}

/// What fires on rows of `table` at these events (`INSERT`, `UPDATE`, `DELETE`) and reaches out.
#[must_use]
pub fn of_events(
    present: &CatalogSnapshot,
    table: &ObjectId,
    events: &[&str],
) -> BTreeSet<SideEffect> {
    let functions = Functions::of(present);
    let fires = |it: &Trigger| {
        matches!(it.enabled, 'O' | 'A')
            && it
                .events
                .iter()
                .any(|event| events.contains(&event.as_str()))
    };
    present
        .entries
        .iter()
        .filter(|(id, _)| id.parent_table().as_ref() == Some(table))
        .filter_map(|(id, entry)| match &entry.object {
            Object::Trigger(it) if fires(it) => {
                let name = format!("{}.{}", it.function_schema, it.function);
                let calls = functions.reaches_out(&name, &mut BTreeSet::new())?;
                Some(SideEffect {
                    trigger: id.clone(),
                    calls,
                })
            }
            _ => None,
        })
        .collect()
}

/// The same for a row of `table` that is deleted, and everything that goes or changes with it by
/// foreign keys.
#[must_use]
pub fn of_delete(present: &CatalogSnapshot, table: &ObjectId) -> BTreeSet<SideEffect> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![(table.clone(), "DELETE")];
    while let Some((table, event)) = open.pop() {
        if !seen.insert((table.clone(), event)) {
            continue;
        }
        found.extend(of_events(present, &table, &[event]));
        if event == "DELETE" {
            open.extend(followers(present, &table));
        }
    }
    found
}

/// The tables whose rows a delete from `table` deletes or changes.
fn followers<'a>(
    present: &'a CatalogSnapshot,
    table: &ObjectId,
) -> impl Iterator<Item = (ObjectId, &'static str)> + use<'a> {
    let oid = present.get(table).map(|entry| entry.oid);
    present.entries.iter().filter_map(move |(id, entry)| {
        let Object::Constraint(it) = &entry.object else {
            return None;
        };
        let key = it
            .foreign_key
            .as_ref()
            .filter(|key| Some(key.table_oid) == oid)?;
        let event = match key.on_delete {
            'c' => "DELETE",
            'n' | 'd' => "UPDATE",
            _ => return None,
        };
        Some((id.parent_table()?, event))
    })
}

/// The functions of a database, by name and by the last part of it.
struct Functions<'a>(BTreeMap<String, Vec<&'a Function>>);

impl<'a> Functions<'a> {
    fn of(present: &'a CatalogSnapshot) -> Self {
        let mut all: BTreeMap<String, Vec<&'a Function>> = BTreeMap::new();
        for (id, entry) in &present.entries {
            if let (Object::Function(it), ObjectKind::Function) = (&entry.object, id.kind) {
                let full = format!("{}.{}", id.schema.as_deref().unwrap_or_default(), id.name);
                all.entry(full.to_lowercase()).or_default().push(it);
                all.entry(id.name.to_lowercase()).or_default().push(it);
            }
        }
        Self(all)
    }

    /// What a function calls, itself or through others, that reaches out.
    fn reaches_out(&self, name: &str, seen: &mut BTreeSet<String>) -> Option<String> {
        if is_reaching_out(name) {
            return Some(name.to_owned());
        }
        if !seen.insert(name.to_owned()) {
            return None;
        }
        let functions = self.0.get(&name.to_lowercase())?;
        functions.iter().find_map(|function| {
            if UNTRUSTED.contains(&function.language.as_str()) {
                return Some(format!("{name}, which is written in {}", function.language));
            }
            let mut called = calls(&function.body).into_iter();
            called.find_map(|call| self.reaches_out(&call, seen))
        })
    }
}

fn is_reaching_out(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    REACHING_OUT.contains(&last) || REACHING_OUT_IN_FULL.contains(&name)
}

/// The names that stand before an opening bracket, also in strings: dynamic SQL calls from there.
fn calls(body: &str) -> BTreeSet<String> {
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.' | '$' | '"');
    let mut found = BTreeSet::new();
    let mut parts = body.split('(').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            break;
        }
        let before = part.trim_end();
        let start = before.rfind(|it| !is_part(it)).map_or(0, |at| {
            at + before
                .get(at..)
                .and_then(|it| it.chars().next())
                .map_or(1, char::len_utf8)
        });
        let name = before
            .get(start..)
            .unwrap_or_default()
            .replace('"', "")
            .to_lowercase();
        if !name.is_empty() {
            found.insert(name);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Entry;

    fn function(name: &str, body: &str) -> (ObjectId, Entry) {
        let object = Object::Function(Function {
            kind: 'f',
            result: "trigger".into(),
            language: "plpgsql".into(),
            body: body.into(),
            security_definer: false,
            volatility: 'v',
            strict: false,
            settings: Vec::new(),
            definition: String::new(),
            arguments: String::new(),
        });
        (ObjectId::function("public", name, ""), Entry::bare(object))
    }

    fn trigger(function: &str, enabled: char) -> (ObjectId, Entry) {
        let object = Object::Trigger(Trigger {
            function_schema: "public".into(),
            function: function.into(),
            definition: String::new(),
            enabled,
            for_each_row: true,
            before: false,
            events: vec!["DELETE".into()],
        });
        (
            ObjectId::on_table(ObjectKind::Trigger, "public", "t", function),
            Entry::bare(object),
        )
    }

    fn found(entries: Vec<(ObjectId, Entry)>) -> Vec<String> {
        let snapshot = CatalogSnapshot {
            entries: entries
                .into_iter()
                .map(|(id, entry)| (id, std::sync::Arc::new(entry)))
                .collect(),
            ..Default::default()
        };
        let table = ObjectId::in_schema(ObjectKind::Table, "public", "t");
        of_delete(&snapshot, &table)
            .into_iter()
            .map(|it| it.calls)
            .collect()
    }

    #[test]
    fn a_call_is_found_through_other_functions_and_in_dynamic_sql() {
        let through = vec![
            trigger("on_delete", 'O'),
            function(
                "on_delete",
                "begin perform public.tell (old.id); return old; end",
            ),
            function(
                "tell",
                "begin execute 'select net.http_post(''https://example.test'')'; end",
            ),
        ];
        assert_eq!(found(through), ["net.http_post"]);
    }

    #[test]
    fn what_ends_with_the_transaction_and_what_does_not_fire_is_no_side_effect() {
        let quiet = "begin perform pg_notify('a', 'b'); insert into log values (upper('x')); return old; end";
        assert!(found(vec![trigger("a", 'O'), function("a", quiet)]).is_empty());
        let loud = "begin perform cron.schedule('a', 'b', 'c'); return old; end";
        assert!(found(vec![trigger("a", 'D'), function("a", loud)]).is_empty());
        assert_eq!(
            found(vec![trigger("a", 'O'), function("a", loud)]),
            ["cron.schedule"]
        );
    }

    #[test]
    fn functions_that_call_each_other_come_to_an_end() {
        let circle = vec![
            trigger("a", 'O'),
            function("a", "b(1)"),
            function("b", "é(a())"),
        ];
        assert!(found(circle).is_empty());
    }
}
