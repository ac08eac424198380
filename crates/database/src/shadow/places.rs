//! Which object an OID is.

use std::collections::HashMap;

use lodger_migration::catalog::{Entries, Oid};
use lodger_migration::object::{ObjectId, ObjectKind};

use crate::catalog::class_of;

/// What belongs to a relation.
pub(super) const PARTS_OF_RELATIONS: [ObjectKind; 5] = [
    ObjectKind::Constraint,
    ObjectKind::Index,
    ObjectKind::Trigger,
    ObjectKind::Policy,
    ObjectKind::Rule,
];

/// The system catalogs of what does not belong to a relation: one kind stands for all of a catalog.
const WHOLES: [ObjectKind; 5] = [
    ObjectKind::Table,
    ObjectKind::Type,
    ObjectKind::Function,
    ObjectKind::Schema,
    ObjectKind::Publication,
];

/// Objects by system catalog and OID.
#[derive(Debug, Default)]
pub(super) struct Places(HashMap<(Oid, Oid), ObjectId>);

impl Places {
    pub(super) fn of(entries: &Entries) -> Self {
        let mut places = Self::default();
        for (id, entry) in entries {
            places.add(id, entry.oid);
        }
        places
    }

    pub(super) fn add(&mut self, id: &ObjectId, oid: Oid) {
        let place = (class_of(id.kind), oid);
        if self.0.get(&place) != Some(id) {
            self.0.insert(place, id.clone());
        }
    }

    pub(super) fn remove(&mut self, id: &ObjectId, oid: Oid) {
        self.0.remove(&(class_of(id.kind), oid));
    }

    pub(super) fn get(&self, class: Oid, oid: Oid) -> Option<&ObjectId> {
        self.0.get(&(class, oid))
    }

    /// The table or view of this OID.
    pub(super) fn relation(&self, oid: Oid) -> Option<&ObjectId> {
        let found = self.get(class_of(ObjectKind::Table), oid);
        found.filter(|id| is_relation(id.kind))
    }

    /// What has this OID, whatever it is, and does not belong to a relation.
    pub(super) fn wholes(&self, oid: Oid) -> impl Iterator<Item = &ObjectId> {
        let classes = WHOLES.into_iter().map(class_of);
        let found = classes.filter_map(move |class| self.get(class, oid));
        found.filter(|id| !PARTS_OF_RELATIONS.contains(&id.kind))
    }
}

pub(super) fn is_relation(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::Table | ObjectKind::View)
}
