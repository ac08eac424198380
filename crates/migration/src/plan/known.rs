//! Whose each object is while a plan goes on: what is made on the way is ours, what gets another name stays
//! whose it was, and a name that became free says nothing any more.

use std::collections::BTreeMap;

use imbl::{OrdMap, OrdSet};

use crate::catalog::{CatalogSnapshot, Change, Object};
use crate::object::{ObjectId, ObjectKind};
use crate::owner::{Owner, Ownership};
use crate::run::StatementRun;

/// What the statements so far changed in who owns what. A copy costs next to nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// Objects that came to their names on the way.
    owners: OrdMap<ObjectId, Owner>,
    /// Names that became free on the way: claims on them are about what is gone.
    gone: OrdSet<ObjectId>,
}

impl Known {
    /// Whose `id` is now.
    pub(super) fn owner(
        &self,
        id: &ObjectId,
        ownership: &Ownership,
        snapshot: &CatalogSnapshot,
    ) -> Owner {
        let table = id.parent_table().filter(|_| id.kind == ObjectKind::Column);
        let id = table.as_ref().unwrap_or(id);
        if let Some(owner) = self.owners.get(id) {
            return owner.clone();
        }
        if self.gone.contains(id) {
            return ownership.unclaimed(id, snapshot);
        }
        ownership.owner(id, snapshot)
    }

    /// Was it made on the way, by this project?
    pub(super) fn is_made(&self, id: &ObjectId) -> bool {
        self.owners.get(id) == Some(&Owner::Ours)
    }

    /// Takes note of what a statement did in the state `before` it.
    pub(super) fn note(
        &mut self,
        run: &StatementRun,
        ownership: &Ownership,
        before: &CatalogSnapshot,
    ) {
        let moved = run.difference.moved(before, &run.entries);
        let kept: BTreeMap<&ObjectId, Owner> = moved
            .into_iter()
            .map(|(old, new)| (new, self.owner(old, ownership, before)))
            .collect();
        for id in run.difference.dropped() {
            self.owners.remove(id);
            self.gone.insert(id.clone());
        }
        for (id, change) in &run.difference.changes {
            let made = match change {
                Change::Created => true,
                Change::Recreated(_) => !follows_its_table(id, run, before),
                Change::Dropped | Change::Altered(_) => false,
            };
            if made {
                let owner = kept.get(id).cloned().unwrap_or(Owner::Ours);
                self.owners.insert(id.clone(), owner);
            }
        }
    }
}

/// An index or a constraint that Postgres makes again by itself, because a column of its table has another
/// type now.
fn follows_its_table(id: &ObjectId, run: &StatementRun, before: &CatalogSnapshot) -> bool {
    let table = match before.get(id).map(|entry| &entry.object) {
        Some(Object::Index(index)) => id
            .schema
            .as_ref()
            .map(|schema| ObjectId::in_schema(ObjectKind::Table, schema, &index.table)),
        Some(Object::Constraint(_)) => id.parent_table(),
        _ => None,
    };
    let again =
        |id: &ObjectId| matches!(run.difference.changes.get(id), Some(Change::Recreated(_)));
    table.is_some_and(|table| !again(&table))
}
