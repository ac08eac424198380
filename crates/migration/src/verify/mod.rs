//! Verifies that what the applied migrations declare is there, as they declare it, and is ours.
//!
//! [`verify`] is a pure function of what the migrations leave behind on a throw-away database
//! ([`Declared`]) and of the target's own catalog. Two throw-away databases are asked, because what a
//! new object gives to whom depends on default privileges: one that gives nobody anything shows the
//! grants that the migrations make, one that gives everybody everything shows those that they take away.

mod compare;
mod declared;
mod drift;
mod grants;
mod key;
mod object;
mod standing;
mod title;

use std::collections::BTreeMap;

pub use declared::Declared;
pub use standing::begun;

use crate::catalog::{CatalogSnapshot, Entry, Object};
use crate::check::{Check, CheckReport};
use crate::history::AppliedMigration;
use crate::migration::Migration;
use crate::object::{ObjectId, ObjectKind};
use crate::owner::Ownership;
use crate::plan::MigrationState;

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub struct VerifyInput<'a> {
    /// All migrations of the project, in order.
    pub migrations: &'a [Migration],
    /// Where each stands, in the same order.
    pub states: &'a [MigrationState],
    /// The project's history on the database.
    pub history: &'a [AppliedMigration],
    /// What those that are begun leave behind where new objects are given to nobody.
    pub least: &'a Declared,
    /// The same where new objects are given to everybody.
    pub most: &'a Declared,
    /// The database's own catalog snapshot.
    pub present: &'a CatalogSnapshot,
    /// Whose each object is.
    pub ownership: &'a Ownership,
    /// Objects of the database as the throw-away server prints them: see [`printed_differently`].
    pub reprinted: &'a BTreeMap<ObjectId, Entry>,
    /// The project's home schema: where it is missing, no migration makes it, but whoever applies them.
    pub home_schema: &'a str,
}

/// The objects that two versions of Postgres may merely print differently. Let the server that ran the
/// migrations read and print what stands in the database, and pass that on as `reprinted`.
#[must_use]
pub fn printed_differently(declared: &Declared, present: &CatalogSnapshot) -> Vec<ObjectId> {
    if declared.server.major() == present.server.major() {
        return Vec::new();
    }
    let doubtful = declared.objects.iter().filter(|(id, entry)| {
        present
            .get(id)
            .is_some_and(|there| !compare::compare(entry, there).printed.is_empty())
    });
    doubtful.map(|(id, _)| id.clone()).collect()
}

/// Compares what is declared with what is there.
#[must_use]
pub fn verify(input: &VerifyInput<'_>) -> CheckReport {
    let mut report = CheckReport::default();
    standing::check(input, &mut report);
    if !standing::anything_begun(input.states) {
        return report;
    }
    for (id, entry) in in_reading_order(&input.least.objects) {
        object::check(input, id, entry, &mut report);
    }
    for name in &input.least.extensions {
        let id = ObjectId::global(ObjectKind::Extension, name);
        let missing = input.present.get(&id).is_none();
        let complaints = missing.then(|| "missing".to_owned());
        let complaints: Vec<String> = complaints.into_iter().collect();
        report
            .checks
            .push(Check::of(format!("extension {name}"), &complaints));
    }
    for (id, (before, after)) in &input.least.changes {
        object::check_change(input, id, before, after, &mut report);
    }
    grants::note_extra(input, &mut report);
    drift::check(input, &mut report);
    for sentence in &input.least.not_run {
        report.notes.push(sentence.clone());
    }
    report
}

/// Tables with what belongs to them right behind; what they are built from first, the rest last.
fn in_reading_order(objects: &BTreeMap<ObjectId, Entry>) -> Vec<(&ObjectId, &Entry)> {
    let mut list: Vec<_> = objects.iter().collect();
    list.sort_by_cached_key(|(id, entry)| {
        let table = match &entry.object {
            Object::Index(index) => Some(index.table.clone()),
            Object::Table(_) => Some(id.name.clone()),
            _ => id.table.clone(),
        };
        let rank = match id.kind {
            ObjectKind::Schema | ObjectKind::Extension => 0,
            ObjectKind::Type | ObjectKind::Sequence => 1,
            ObjectKind::View => 4,
            ObjectKind::Function => 3,
            _ if table.is_some() => 2,
            _ => 5,
        };
        let within = match id.kind {
            ObjectKind::Table => 0,
            ObjectKind::Constraint => 1,
            ObjectKind::Index => 2,
            ObjectKind::Policy => 3,
            _ => 4,
        };
        (rank, id.schema.clone(), table, within)
    });
    list
}
