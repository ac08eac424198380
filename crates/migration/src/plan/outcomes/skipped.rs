//! What a guard skips: declared on an empty database, standing here already.

use super::{Look, part_of_any};
use crate::catalog::{Entry, Object};
use crate::object::{ObjectId, ObjectKind};
use crate::outcome::{Action, Outcome};
use crate::owner::Owner;

/// The kinds that share one space of names within a schema.
const RELATIONS: [ObjectKind; 4] = [
    ObjectKind::Table,
    ObjectKind::View,
    ObjectKind::Index,
    ObjectKind::Sequence,
];

impl Look<'_> {
    /// What a guard skips: declared on an empty database, standing here already.
    pub(super) fn skipped(&self) -> Vec<Outcome> {
        let created = |id: &&ObjectId| !self.run.difference.changes.contains_key(*id);
        let declared: Vec<&ObjectId> = self.declared.difference.created().filter(created).collect();
        let mut skipped: Vec<Outcome> = declared
            .iter()
            .filter(|id| !part_of_any(id, &declared, &self.declared.entries))
            .map(|id| self.skip(id))
            .collect();
        if skipped.is_empty() && declared.is_empty() && self.run.difference.is_empty() {
            skipped.extend(self.skipped_by_notice());
        }
        skipped
    }

    fn skip(&self, id: &ObjectId) -> Outcome {
        let (Some(there), Some(declared)) = (self.before.get(id), self.declared.entries.get(id))
        else {
            return self.skip_for_another_kind(id);
        };
        let differences = self.differences(id, declared, there);
        let action = match (differences.is_empty(), self.owner(id)) {
            (true, Owner::Ours) => Action::AlreadyThere,
            (true, _) => Action::SkippedSameShape,
            (false, _) => Action::SkippedDifferentShape,
        };
        Outcome {
            differences,
            ..self.outcome(action, Some(id.clone()))
        }
    }

    /// Tables, views, indexes and sequences share their names: a guard looks for a relation of any kind.
    fn skip_for_another_kind(&self, id: &ObjectId) -> Outcome {
        let there = self.of_another_kind(id);
        let Some(there) = there else {
            let mut outcome = self.outcome(Action::NotEvaluated, Some(id.clone()));
            outcome.detail = Some(format!(
                "creates {id} on an empty database, and nothing on this one"
            ));
            return outcome;
        };
        let kinds = format!(
            "kind: {}, declared {}",
            there.kind.as_str(),
            id.kind.as_str()
        );
        Outcome {
            differences: vec![kinds],
            ..self.outcome(Action::SkippedDifferentShape, Some(there))
        }
    }

    /// The relation of another kind that has the name.
    fn of_another_kind(&self, id: &ObjectId) -> Option<ObjectId> {
        let kinds = RELATIONS.iter().filter(|_| RELATIONS.contains(&id.kind));
        kinds
            .map(|kind| ObjectId {
                kind: *kind,
                ..id.clone()
            })
            .find(|it| self.before.get(it).is_some())
    }

    /// In what the object that stands there differs from the one that the statement declares.
    fn differences(&self, id: &ObjectId, declared: &Entry, there: &Entry) -> Vec<String> {
        let mut sentences = missing_and_other(&declared.shape(), &there.shape());
        if id.kind != ObjectKind::Table {
            return sentences;
        }
        let (Some(schema), name) = (id.schema.as_deref(), id.name.as_str()) else {
            return sentences;
        };
        let constraints = |entries: &mut dyn Iterator<Item = (&ObjectId, &Entry)>| {
            let mut all: Vec<(String, String)> = entries
                .filter(|(part, _)| part.kind == ObjectKind::Constraint)
                .filter_map(|(_, entry)| match &entry.object {
                    Object::Constraint(it) => Some((it.definition.clone(), String::new())),
                    _ => None,
                })
                .collect();
            all.sort();
            all
        };
        let own = |part: &ObjectId| {
            part.schema.as_deref() == Some(schema) && part.table.as_deref() == Some(name)
        };
        let parts = self
            .declared
            .entries
            .iter()
            .map(|(part, entry)| (part, entry.as_ref()));
        let declared = constraints(&mut parts.filter(|(part, _)| own(part)));
        let there = constraints(&mut self.before.of_table(schema, name));
        for (definition, _) in declared.iter().filter(|it| !there.contains(it)) {
            sentences.push(format!("constraint {definition}: missing"));
        }
        sentences
    }

    /// Postgres said "already exists, skipping", and the statement does not run on an empty database.
    fn skipped_by_notice(&self) -> Option<Outcome> {
        let duplicates = ["42P07", "42710", "42701", "42P06", "42723", "42P04"];
        let notice = self
            .run
            .notices
            .iter()
            .find(|it| duplicates.contains(&it.sqlstate.as_str()))?;
        let named = self.named_object()?;
        let there = self.before.get(&named).is_some();
        let other = self.of_another_kind(&named).filter(|_| !there);
        let object = other.unwrap_or(named);
        if matches!(object.kind, ObjectKind::Schema | ObjectKind::Extension) {
            return None;
        }
        let mut outcome = self.outcome(Action::SkippedDifferentShape, Some(object));
        outcome.detail = Some(notice.message.clone());
        outcome
            .differences
            .push("not compared: the statement does not stand alone".to_owned());
        Some(outcome)
    }
}

/// Compares what is declared with what stands there, from the point of view of what stands there.
fn missing_and_other(declared: &[(String, String)], there: &[(String, String)]) -> Vec<String> {
    let find = |list: &[(String, String)], label: &str| {
        list.iter()
            .find(|(it, _)| it == label)
            .map(|(_, value)| value.clone())
    };
    let mut sentences = Vec::new();
    for (label, value) in declared {
        match find(there, label) {
            None => sentences.push(format!("{label}: missing")),
            Some(other) if other != *value => {
                sentences.push(format!("{label}: {other}, declared {value}"));
            }
            Some(_) => {}
        }
    }
    for (label, _) in there
        .iter()
        .filter(|(label, _)| find(declared, label).is_none())
    {
        sentences.push(format!("{label}: not declared"));
    }
    sentences
}
