//! Event triggers of the database.

use lodger_migration::catalog::{EventTrigger, Object};
use lodger_migration::object::{ObjectId, ObjectKind};

use super::class;
use super::row::Cells;
use super::rows::Read;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("event_trigger.sql");

pub(super) fn read(cells: &Cells<'_>, around: &Surroundings) -> Read {
    let trigger = EventTrigger {
        event: cells.get("event")?,
        function: cells.get("function")?,
        enabled: cells.letter("enabled")?,
    };
    let id = ObjectId::global(ObjectKind::EventTrigger, cells.get::<String>("name")?);
    let entry = cells.owned(class::EVENT_TRIGGER, around, Object::EventTrigger(trigger))?;
    Ok(Some((id, entry)))
}
