//! Which of the objects that stand there are this project's: those that are exactly what it declares, that
//! nobody claims, and that nobody else uses.

use std::collections::{BTreeMap, BTreeSet};

use lodger_migration::catalog::{CatalogSnapshot, Object};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::owner::{Owner, Ownership};

use super::compare::differences;
use super::declared::Declared;

/// Why an object is not claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftReason {
    /// Nothing of that name is there.
    Absent,
    /// What is there looks different.
    Different,
    /// It is another project's, or the landlord's.
    SomebodyElses,
    /// The table, or the constraint, that it is a part of is not claimed.
    PartOf(ObjectId),
    /// Things that are not this project's use it: then its shape proves nothing, because whoever puts a new
    /// definition in the place of somebody else's function leaves exactly that shape.
    UsedBy(Vec<ObjectId>),
}

impl LeftReason {
    /// The reason's name in JSON.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Different => "different_shape",
            Self::SomebodyElses => "somebody_elses",
            Self::PartOf(_) => "part_of_another",
            Self::UsedBy(_) => "used_by_others",
        }
    }
}

/// An object that is declared and not claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The object.
    pub object: ObjectId,
    /// Whose the one that is there is.
    pub owner: Owner,
    /// Why it is left alone.
    pub reason: LeftReason,
    /// In what it differs from what is declared: declared → there.
    pub differences: Vec<String>,
}

/// What can be claimed, what is claimed already, and what is left alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) claim: BTreeSet<ObjectId>,
    pub(super) already: BTreeSet<ObjectId>,
    pub(super) left: BTreeMap<ObjectId, Left>,
}

/// Chooses among the objects that `declared` names.
pub(super) fn choose(
    declared: &Declared,
    present: &CatalogSnapshot,
    ownership: &Ownership,
    same_version: bool,
) -> Choice {
    let mut choice = Choice::default();
    for (id, (wanted, _)) in &declared.objects {
        let owner = ownership.owner(id, present);
        let there = present.get(id);
        let differences = there.map_or_else(Vec::new, |it| differences(wanted, it, same_version));
        let reason = match (&owner, there) {
            (_, None) => LeftReason::Absent,
            (Owner::Ours, _) => {
                choice.already.insert(id.clone());
                continue;
            }
            (Owner::Other { .. } | Owner::Landlord, _) => LeftReason::SomebodyElses,
            (Owner::Unclaimed, _) if !differences.is_empty() => LeftReason::Different,
            (Owner::Unclaimed, _) => {
                choice.claim.insert(id.clone());
                continue;
            }
        };
        choice.leave(id, owner, reason, differences);
    }
    while let Some((id, reason)) = choice.next_to_leave(declared, present) {
        choice.claim.remove(&id);
        choice.leave(&id, Owner::Unclaimed, reason, Vec::new());
    }
    choice
}

impl Choice {
    fn leave(&mut self, id: &ObjectId, owner: Owner, reason: LeftReason, differences: Vec<String>) {
        let left = Left {
            object: id.clone(),
            owner,
            reason,
            differences,
        };
        self.left.insert(id.clone(), left);
    }

    fn is_ours(&self, id: &ObjectId) -> bool {
        self.claim.contains(id) || self.already.contains(id)
    }

    /// Leaving one object alone may be a reason to leave another.
    fn next_to_leave(
        &self,
        declared: &Declared,
        present: &CatalogSnapshot,
    ) -> Option<(ObjectId, LeftReason)> {
        self.claim.iter().find_map(|id| {
            let whole = declared.parts.get(id).filter(|whole| !self.is_ours(whole));
            if let Some(whole) = whole {
                return Some((id.clone(), LeftReason::PartOf(whole.clone())));
            }
            let users: BTreeSet<&ObjectId> = present
                .dependencies
                .iter()
                .filter(|it| it.on == *id)
                .map(|it| &it.dependent)
                .filter(|user| !self.is_ours(user) && counts_as_use(user, id, present))
                .collect();
            let users: Vec<ObjectId> = users.into_iter().cloned().collect();
            (!users.is_empty()).then(|| (id.clone(), LeftReason::UsedBy(users)))
        })
    }
}

/// What somebody added to a table is no use of it, and a publication is the landlord's way to all tables.
fn counts_as_use(user: &ObjectId, used: &ObjectId, present: &CatalogSnapshot) -> bool {
    let part = match present.get(user).map(|entry| &entry.object) {
        Some(Object::Index(index)) => {
            user.schema == used.schema
                && (index.table == used.name || Some(&index.table) == used.table.as_ref())
        }
        Some(Object::Sequence(_)) => used.kind == ObjectKind::Table,
        _ => user.parent_table().as_ref() == Some(used),
    };
    !part && user.kind != ObjectKind::Publication
}
