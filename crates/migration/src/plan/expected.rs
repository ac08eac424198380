//! Compares what a step really did with what the plan said it would do.

use std::collections::BTreeSet;

use crate::catalog::{CatalogSnapshot, Change, Difference};
use crate::migration::Migration;
use crate::object::{ObjectId, ObjectKind};
use crate::run::{MigrationRun, StepRun};
use crate::statement::StatementKind;

/// In what the real difference of a step is not the planned one, as sentences. Empty when it is.
///
/// Definitions that Postgres prints are not compared letter by letter, because versions print them
/// differently; what they resolve to is.
#[must_use]
pub fn unexpected(
    migration: &Migration,
    run: &MigrationRun,
    planned: &StepRun,
    real: &Difference,
    after: &CatalogSnapshot,
) -> Vec<String> {
    let of_extensions = made_by_extensions(migration, run);
    let is_extensions = |id: &ObjectId| {
        !of_extensions.is_empty()
            && (id.kind == ObjectKind::Extension
                || of_extensions.contains(id)
                || after.get(id).is_some_and(|entry| entry.extension.is_some()))
    };
    let mut sentences = Vec::new();
    for (id, change) in real.changes.iter().filter(|(id, _)| !is_extensions(id)) {
        let Some(expected) = planned.difference.changes.get(id) else {
            sentences.push(format!(
                "{} {id}, which the plan did not foresee",
                verb(change)
            ));
            continue;
        };
        if std::mem::discriminant(expected) != std::mem::discriminant(change) {
            sentences.push(format!(
                "{} {id}, and the plan said: {}",
                verb(change),
                verb(expected)
            ));
            continue;
        }
        if let (Some(there), Some(planned)) = (after.get(id), planned.entries.get(id)) {
            let (there, planned) = (there.essence(), planned.essence());
            for (real, expected) in there.iter().zip(&planned).filter(|(a, b)| a != b) {
                sentences.push(format!("{id} has {real}, and the plan said {expected}"));
            }
            if there.len() != planned.len() {
                sentences.push(format!("{id} is not built as planned"));
            }
        }
    }
    for (id, change) in &planned.difference.changes {
        if !real.changes.contains_key(id) && !is_extensions(id) {
            sentences.push(format!("did not happen: {} {id}", verb(change)));
        }
    }
    sentences
}

fn verb(change: &Change) -> &'static str {
    match change {
        Change::Created => "creates",
        Change::Dropped => "drops",
        Change::Recreated(_) => "replaces",
        Change::Altered(_) => "alters",
    }
}

/// What CREATE EXTENSION made on the mirror, where other functions may stand in for its own.
fn made_by_extensions(migration: &Migration, run: &MigrationRun) -> BTreeSet<ObjectId> {
    migration
        .statements
        .iter()
        .zip(&run.statements)
        .filter(|(statement, _)| statement.kind == StatementKind::CreateExtension)
        .flat_map(|(_, run)| {
            let extension = run.difference.changes.keys().cloned();
            extension.chain([ObjectId::global(ObjectKind::Extension, "")])
        })
        .collect()
}
