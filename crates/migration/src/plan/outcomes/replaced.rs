//! What OR REPLACE writes again, and who uses what is replaced.

use super::Look;
use crate::catalog::Object;
use crate::object::ObjectId;
use crate::outcome::{Action, Outcome};
use crate::statement::MentionRole;

impl Look<'_> {
    /// OR REPLACE over an object that looks the same afterwards. Nothing is skipped: Postgres writes it again.
    pub(super) fn replaced_by_itself(&self) -> Option<ObjectId> {
        if !self.statement.or_replace {
            return None;
        }
        let named = self.statement.mentions_as(MentionRole::Replaces).next()?;
        // Functions of one name differ in their arguments, which the run on an empty database tells.
        let mut declared = self.declared.difference.changes.keys();
        let declared = declared.find(|id| {
            let kind = named.kind.is_none_or(|kind| kind == id.kind);
            kind && id.name == named.name.name && self.before.get(id).is_some()
        });
        let id = declared.cloned().or_else(|| self.resolve(named))?;
        let untouched = !self.run.difference.changes.contains_key(&id);
        let there = self.before.get(&id).is_some() && !self.known.is_made(&id);
        (untouched && there).then_some(id)
    }

    /// The outcome of such a statement.
    pub(super) fn replacement(&self, id: ObjectId) -> Outcome {
        let related = self.users_of(&id);
        Outcome {
            related,
            ..self.outcome(Action::Replaces, Some(id))
        }
    }

    /// The triggers, policies, views and functions that use an object.
    pub(super) fn users_of(&self, id: &ObjectId) -> Vec<ObjectId> {
        let mut users: Vec<ObjectId> = self
            .before
            .dependencies
            .iter()
            .filter(|it| it.on == *id)
            .map(|it| it.dependent.clone())
            .collect();
        for (user, entry) in &self.before.entries {
            if let Object::Trigger(it) = &entry.object
                && Some(&it.function_schema) == id.schema.as_ref()
                && it.function == id.name
            {
                users.push(user.clone());
            }
        }
        users.sort();
        users.dedup();
        users
    }
}
