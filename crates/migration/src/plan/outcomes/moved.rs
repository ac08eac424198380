//! What gets another name: it is the same object afterwards, and whose it was.

use super::{Look, part_of_any};
use crate::object::ObjectId;
use crate::outcome::{Action, Outcome};

impl Look<'_> {
    /// Objects that have another name or another schema afterwards. What belongs to one of them goes with it.
    pub(super) fn renamed(&self) -> Vec<Outcome> {
        let old: Vec<&ObjectId> = self.moved.iter().map(|(old, _)| *old).collect();
        self.moved
            .iter()
            .filter(|(it, _)| !part_of_any(it, &old, &self.before.entries))
            .map(|(old, new)| Outcome {
                differences: vec![format!("name: {} → {}", old.name(), new.name())],
                related: vec![(*new).clone()],
                ..self.outcome(Action::Alters, Some((*old).clone()))
            })
            .collect()
    }

    pub(super) fn is_new_name(&self, id: &ObjectId) -> bool {
        self.moved.iter().any(|(_, new)| *new == id)
    }

    pub(super) fn is_old_name(&self, id: &ObjectId) -> bool {
        self.moved.iter().any(|(old, _)| *old == id)
    }
}
