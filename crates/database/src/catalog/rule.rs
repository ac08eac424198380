//! Rewrite rules that a user made.

use lodger_migration::catalog::{Object, Rule};
use lodger_migration::object::ObjectKind;

use super::class;
use super::row::Cells;
use super::rows::Read;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("rule.sql");

pub(super) fn read(cells: &Cells<'_>, around: &Surroundings) -> Read {
    let rule = Rule {
        definition: cells.get::<Option<_>>("definition")?.unwrap_or_default(),
    };
    let id = around.on_relation(ObjectKind::Rule, cells.get("relation")?, cells.get("name")?);
    let entry = cells.entry(class::REWRITE, around, Object::Rule(rule))?;
    Ok(id.map(|id| (id, entry)))
}
