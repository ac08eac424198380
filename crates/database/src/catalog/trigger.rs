//! Triggers of tables and views.

use lodger_migration::catalog::{Object, Trigger};
use lodger_migration::object::ObjectKind;

use super::class;
use super::row::Cells;
use super::rows::Read;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("trigger.sql");

/// Bits of `pg_trigger.tgtype`. Source: PostgreSQL's `catalog/pg_trigger.h`.
const ROW: i16 = 1;
const BEFORE: i16 = 2;
const EVENTS: [(i16, &str); 4] = [
    (4, "INSERT"),
    (16, "UPDATE"),
    (8, "DELETE"),
    (32, "TRUNCATE"),
];

pub(super) fn read(cells: &Cells<'_>, around: &Surroundings) -> Read {
    let bits: i16 = cells.get("bits")?;
    let events = EVENTS.iter().filter(|(bit, _)| bits & bit != 0);
    let trigger = Trigger {
        function_schema: cells.get("function_schema")?,
        function: cells.get("function")?,
        definition: cells.get::<Option<_>>("definition")?.unwrap_or_default(),
        enabled: cells.letter("enabled")?,
        for_each_row: bits & ROW != 0,
        before: bits & BEFORE != 0,
        events: events.map(|(_, word)| (*word).to_owned()).collect(),
    };
    let id = around.on_relation(
        ObjectKind::Trigger,
        cells.get("relation")?,
        cells.get("name")?,
    );
    let entry = cells.entry(class::TRIGGER, around, Object::Trigger(trigger))?;
    Ok(id.map(|id| (id, entry)))
}
