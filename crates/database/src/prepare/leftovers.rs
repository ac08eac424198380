//! What interrupted applies left behind: the steps that are still to be taken, and what took effect outside
//! of a transaction without being recorded.

use std::collections::{BTreeMap, BTreeSet};

use lodger_migration::catalog::Object;
use lodger_migration::history::AppliedMigration;
use lodger_migration::migration::Migration;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::plan::steps::{Step, StepKind};
use lodger_migration::statement::{
    MentionRole, QualifiedName, Statement, StatementKind, TransactionMode,
};

use super::Present;

/// What interrupted applies left behind.
#[derive(Debug, Default)]
pub(super) struct Leftovers {
    /// The steps that are still to be taken, by version.
    pub(super) steps: BTreeMap<String, Vec<Step>>,
    /// INVALID indexes of the names that CREATE INDEX CONCURRENTLY will use, on tables of ours. A guard
    /// would skip them and call that success.
    pub(super) invalid: BTreeSet<ObjectId>,
    /// Indexes that were made by a step which could not be recorded.
    pub(super) made: BTreeSet<ObjectId>,
    /// Indexes that were dropped by a step which could not be recorded, by version.
    pub(super) gone: BTreeMap<String, Vec<ObjectId>>,
}

impl Leftovers {
    /// Finds them, for a project with this home schema.
    pub(super) fn of(present: &Present, due: &[&Migration], schema: &str) -> Self {
        let mut left = Self {
            invalid: invalid(present, due),
            ..Self::default()
        };
        for row in present.history.iter().filter(|row| !row.finished) {
            // A file that was edited before any of its steps was done is begun anew.
            let is_of = |it: &&&Migration| it.version == row.version && it.checksum == row.checksum;
            let migration = due.iter().find(is_of);
            let next = migration.and_then(|migration| next_alone(row, migration));
            if let Some(statement) = next {
                left.look(row, statement, present, schema);
            }
            let over = usize::from(left.gone.contains_key(&row.version));
            if row.steps_done + over > 0 {
                let steps = row.steps.iter().skip(row.steps_done + over).cloned();
                left.steps.insert(row.version.clone(), steps.collect());
            }
        }
        left
    }

    /// Did the next step take effect before it could be recorded?
    fn look(
        &mut self,
        row: &AppliedMigration,
        statement: &Statement,
        present: &Present,
        schema: &str,
    ) {
        let named = |role| -> Vec<ObjectId> {
            let mentions = statement.mentions_as(role).map(|it| &it.name);
            let id = |name: &QualifiedName| {
                let schema = name.schema.as_deref().unwrap_or(schema);
                ObjectId::in_schema(ObjectKind::Index, schema, &name.name)
            };
            mentions.map(id).collect()
        };
        match statement.kind {
            StatementKind::CreateIndex => {
                let names: Vec<ObjectId> = named(MentionRole::Creates);
                self.made.extend(
                    ours(present)
                        .filter(|id| names.iter().any(|it| it.name == id.name))
                        .cloned(),
                );
            }
            StatementKind::DropIndex => {
                let names = named(MentionRole::Drops);
                if !names.is_empty() && names.iter().all(|id| present.snapshot.get(id).is_none()) {
                    self.gone.insert(row.version.clone(), names);
                }
            }
            _ => {}
        }
    }
}

/// The statement of the step that comes next, where that one runs outside of a transaction.
fn next_alone<'a>(row: &AppliedMigration, migration: &'a Migration) -> Option<&'a Statement> {
    let step = row.steps.get(row.steps_done)?;
    let part = step.statements.first()?;
    (step.kind == StepKind::Alone)
        .then(|| migration.statements.get(part.index))
        .flatten()
}

/// The indexes on tables of ours.
fn ours(present: &Present) -> impl Iterator<Item = &ObjectId> {
    let is_ours = |id: &ObjectId, table: &str| {
        let schema = id.schema.as_deref().unwrap_or_default();
        let table = ObjectId::in_schema(ObjectKind::Table, schema, table);
        present.ownership.claims.get(&table) == Some(&present.ownership.project)
    };
    let entries = present.snapshot.entries.iter();
    entries
        .filter(move |(id, entry)| match &entry.object {
            Object::Index(index) => is_ours(id, &index.table),
            _ => false,
        })
        .map(|(id, _)| id)
}

fn invalid(present: &Present, due: &[&Migration]) -> BTreeSet<ObjectId> {
    let names: BTreeSet<&str> = due
        .iter()
        .flat_map(|migration| &migration.statements)
        .filter(|statement| statement.transaction == TransactionMode::Alone)
        .flat_map(|statement| statement.mentions_as(MentionRole::Creates))
        .map(|mention| mention.name.name.as_str())
        .collect();
    let is_invalid = |id: &ObjectId| {
        let entry = present.snapshot.get(id).map(|entry| &entry.object);
        matches!(entry, Some(Object::Index(index)) if !index.valid)
    };
    ours(present)
        .filter(|id| names.contains(id.name.as_str()) && is_invalid(id))
        .cloned()
        .collect()
}
