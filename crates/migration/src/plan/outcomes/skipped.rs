//! What a guard skips: declared on an empty database, standing here already.

use super::{Look, part_of_any};
use crate::catalog::{Entry, Object};
use crate::object::{ObjectId, ObjectKind};
use crate::outcome::{Action, Outcome};
use crate::owner::Owner;
use crate::statement::{MentionRole, StatementKind};

/// The SQLSTATE `duplicate_schema`. That a schema of the platform is there already is how it is meant to be.
const SCHEMA_EXISTS: &str = "42P06";

impl Look<'_> {
    /// What a guard skips: declared on an empty database, standing here already, and not `replaced` by itself.
    pub(super) fn skipped(&self, replaced: Option<&ObjectId>) -> Vec<Outcome> {
        // Default privileges are those of the role that runs it, which is another one on the shadow.
        let created = |id: &&ObjectId| {
            id.kind != ObjectKind::DefaultPrivileges
                && !self.comes_with_extension(id)
                && replaced != Some(*id)
                && !self.run.difference.changes.contains_key(*id)
        };
        let declared: Vec<&ObjectId> = self.declared.difference.created().filter(created).collect();
        let mut skipped: Vec<Outcome> = declared
            .iter()
            .filter(|id| !part_of_any(id, &declared, &self.declared.entries))
            .map(|id| self.skip(id))
            .collect();
        let unsaid = self.skipped_by_notice(&skipped);
        skipped.extend(unsaid);
        skipped
    }

    /// An extension that is there already is skipped as a whole: what it consists of is not the migration's.
    fn comes_with_extension(&self, id: &ObjectId) -> bool {
        let entry = self.declared.entries.get(id);
        entry.is_some_and(|entry| entry.extension.is_some())
    }

    fn skip(&self, id: &ObjectId) -> Outcome {
        let declared = self.declared.entries.get(id);
        let in_the_way = self.in_the_way(id);
        if let Some(other) = in_the_way.as_ref().filter(|it| it.kind != id.kind) {
            let kinds = format!(
                "kind: {}, declared {}",
                other.kind.as_str(),
                id.kind.as_str()
            );
            return Outcome {
                differences: vec![kinds],
                ..self.outcome(Action::SkippedDifferentShape, Some(other.clone()))
            };
        }
        let id = in_the_way.as_ref().unwrap_or(id);
        let (Some(there), Some(declared)) = (self.before.get(id), declared) else {
            let mut outcome = self.outcome(Action::NotEvaluated, Some(id.clone()));
            outcome.detail = Some(format!(
                "creates {id} on an empty database, and nothing on this one"
            ));
            return outcome;
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

    /// What a guard found instead of an object: one of another kind that has its name, or one in an earlier
    /// schema of the search path.
    pub(super) fn in_the_way(&self, id: &ObjectId) -> Option<ObjectId> {
        if self.before.get(id).is_some() || id.table.is_some() {
            return None;
        }
        let written = self
            .statement
            .mentions
            .iter()
            .find(|it| it.name.name == id.name);
        let qualified = written.is_none_or(|it| it.name.schema.is_some());
        let own: Vec<&String> = id.schema.iter().collect();
        let path: Vec<&String> = self.run.search_path.iter().collect();
        let schemas = if qualified { own } else { path };
        let kinds = if ObjectKind::RELATIONS.contains(&id.kind) {
            ObjectKind::RELATIONS.to_vec()
        } else {
            vec![id.kind]
        };
        schemas.into_iter().find_map(|schema| {
            let mut candidates = kinds.iter().map(|kind| ObjectId {
                kind: *kind,
                schema: Some(schema.clone()),
                ..id.clone()
            });
            candidates.find(|it| self.before.get(it).is_some())
        })
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

    /// Where Postgres said "already exists, skipping", and the run on an empty database does not show of
    /// what: the statement fails there, or is a block in which more than that happens.
    fn skipped_by_notice(&self, said: &[Outcome]) -> Vec<Outcome> {
        let duplicates = ["42P07", "42710", "42701", "42723", "42P04", SCHEMA_EXISTS];
        let mut all: Vec<Outcome> = Vec::new();
        for notice in &self.run.notices {
            let mut quoted = notice.message.split('"').skip(1).step_by(2);
            let (Some(name), table) = (quoted.next(), quoted.next()) else {
                continue;
            };
            let is_said = said.iter().chain(&all).filter_map(|it| it.object.as_ref());
            let extension = notice.message.starts_with("extension ");
            let made_here = self.run.difference.created().any(|id| id.name == name);
            if !duplicates.contains(&notice.sqlstate.as_str())
                || extension
                || made_here
                || is_said.into_iter().any(|id| id.name == name)
            {
                continue;
            }
            let column = notice.sqlstate == "42701";
            let relation = self.relation_named(table.filter(|_| column).unwrap_or(name));
            let schema = ObjectId::global(ObjectKind::Schema, name);
            let is_schema = notice.sqlstate == SCHEMA_EXISTS;
            if is_schema && self.owner(&schema) == Owner::Landlord {
                continue;
            }
            let object = match relation {
                _ if is_schema => Some(schema),
                Some(table) if column => table.schema.as_ref().map(|schema| {
                    ObjectId::on_table(ObjectKind::Column, schema, &table.name, name)
                }),
                Some(relation) if notice.sqlstate == "42P07" => Some(relation),
                _ => self.named_object(),
            };
            all.push(self.skipped_as_noticed(notice, object));
        }
        all
    }

    /// The relation of this name that the statement names, or that its search path leads to.
    fn relation_named(&self, name: &str) -> Option<ObjectId> {
        let mentions = self.statement.mentions.iter();
        let named = mentions.filter(|it| it.name.name == name);
        let schemas = named.filter_map(|it| it.name.schema.as_ref());
        let of_table = self.schema_of_indexed();
        schemas
            .chain(&of_table)
            .chain(&self.run.search_path)
            .flat_map(|schema| {
                ObjectKind::RELATIONS.map(|kind| ObjectId::in_schema(kind, schema, name))
            })
            .find(|it| self.before.get(it).is_some())
    }

    /// The schema of the table that a CREATE INDEX names: the index is in that one, wherever the search path leads.
    fn schema_of_indexed(&self) -> Option<String> {
        if self.statement.kind != StatementKind::CreateIndex {
            return None;
        }
        let table = self.statement.mentions_as(MentionRole::AttachesTo).next()?;
        table.name.schema.clone()
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
