//! What each statement of a migration will do, object by object.

mod moved;
mod named;
mod noticed;
mod replaced;
mod skipped;
mod written;

use std::collections::BTreeSet;

use crate::catalog::{CatalogSnapshot, Change, Changed, Entries, Object};
use crate::migration::Migration;
use crate::object::{ObjectId, ObjectKind};
use crate::outcome::{Action, Outcome};
use crate::owner::{Owner, Ownership};
use crate::plan::known::Known;
use crate::run::{Failure, MigrationRun, StatementRun};
use crate::statement::{MentionRole, Statement, StatementKind, TransactionMode};

/// The outcomes of every statement, in file order.
pub(super) fn outcomes(
    migration: &Migration,
    declared: &MigrationRun,
    run: &MigrationRun,
    ownership: &Ownership,
    known: &mut Known,
    lacking: Option<&str>,
) -> Vec<Vec<Outcome>> {
    let nothing = StatementRun::default();
    let mut lacking = lacking.map(ToOwned::to_owned);
    let mut ordered: Vec<(usize, Vec<Outcome>)> = Vec::new();
    let mut state = run.before.clone();
    let rest = (0..migration.statements.len()).filter(|index| !run.order.contains(index));
    for index in run.order.iter().copied().chain(rest) {
        let (Some(statement), Some(here)) =
            (migration.statements.get(index), run.statements.get(index))
        else {
            continue;
        };
        let known_before = known.clone();
        known.note(here, ownership, &state);
        let look = Look {
            statement,
            declared: declared.statements.get(index).unwrap_or(&nothing),
            run: here,
            before: &state,
            ownership,
            known_before: &known_before,
            known,
            moved: here.difference.moved(&state, &here.entries),
            lacking: lacking.as_deref(),
        };
        ordered.push((index, look.outcomes()));
        here.play_on(&mut state);
        lacking = lacking.or_else(|| not_at_hand(statement, here));
    }
    ordered.sort_by_key(|(index, _)| *index);
    ordered.into_iter().map(|(_, outcomes)| outcomes).collect()
}

/// The extension that a statement makes and that the embedded server does not have.
pub(super) fn not_at_hand(statement: &Statement, run: &StatementRun) -> Option<String> {
    let creates = statement.kind == StatementKind::CreateExtension;
    let made = run.difference.changes.is_empty() && run.not_evaluated.is_some();
    let named = statement.mentions_as(MentionRole::Creates).next()?;
    (creates && made).then(|| named.name.name.clone())
}

/// Postgres knows no such table, column, type, function or schema.
fn is_undefined(failure: &Failure) -> bool {
    let undefined = ["42P01", "42703", "42704", "42883", "3F000"];
    undefined.contains(&failure.sqlstate.as_str())
}

/// One statement with all that is known about it.
struct Look<'a> {
    statement: &'a Statement,
    declared: &'a StatementRun,
    run: &'a StatementRun,
    before: &'a CatalogSnapshot,
    ownership: &'a Ownership,
    /// Before the statement and after it.
    known_before: &'a Known,
    known: &'a Known,
    /// What it gives another name: the old one and the new one.
    moved: Vec<(&'a ObjectId, &'a ObjectId)>,
    /// An extension that the mirror could not have.
    lacking: Option<&'a str>,
}

impl Look<'_> {
    fn outcomes(&self) -> Vec<Outcome> {
        if let Some(failure) = &self.run.failure {
            let object = self.named_object();
            if let Some(extension) = self.lacking.filter(|_| is_undefined(failure)) {
                let mut outcome = self.outcome(Action::NotEvaluated, object);
                outcome.detail = Some(format!(
                    "it may need the extension {extension}, which is not at hand here: {}",
                    failure.message
                ));
                return vec![outcome];
            }
            let mut outcome = self.outcome(Action::Fails, object);
            outcome.detail = Some(format!("{} ({})", failure.message, failure.sqlstate));
            return vec![outcome];
        }
        let mut all = Vec::new();
        if let Some(reason) = &self.run.not_evaluated {
            let mut outcome = self.outcome(Action::NotEvaluated, self.named_object());
            outcome.detail = Some(reason.clone());
            all.push(outcome);
        }
        let replaced = self.replaced_by_itself();
        all.extend(self.skipped(replaced.as_ref()));
        all.extend(self.changed());
        all.extend(self.renamed());
        all.extend(self.dropped());
        all.extend(replaced.map(|id| self.replacement(id)));
        all.extend(self.written());
        if self.statement.transaction == TransactionMode::Alone {
            all.push(self.outcome(Action::UnverifiableBeforeCommit, self.named_object()));
        }
        all
    }

    fn outcome(&self, action: Action, object: Option<ObjectId>) -> Outcome {
        let owner = object.as_ref().map_or(Owner::Ours, |id| self.owner(id));
        Outcome {
            action,
            object,
            owner,
            differences: Vec::new(),
            cascades: Vec::new(),
            related: Vec::new(),
            detail: None,
        }
    }

    /// Whose an object is; what this migration itself makes is ours.
    fn owner(&self, id: &ObjectId) -> Owner {
        let change = self.run.difference.changes.get(id);
        let known = if matches!(change, Some(Change::Created)) {
            self.known
        } else {
            self.known_before
        };
        known.owner(id, self.ownership, self.before)
    }

    /// What it creates and changes.
    fn changed(&self) -> Vec<Outcome> {
        let mut all = Vec::new();
        let created = self.run.difference.created();
        let created: Vec<&ObjectId> = created.filter(|id| !self.is_new_name(id)).collect();
        for id in &created {
            if !part_of_any(id, &created, &self.run.entries) {
                all.push(self.outcome(Action::Creates, Some((*id).clone())));
            }
            all.extend(self.attached(id));
        }
        for (id, change) in &self.run.difference.changes {
            match change {
                Change::Created | Change::Dropped => {}
                Change::Recreated(changed) => all.push(self.alteration(id, changed, true)),
                Change::Altered(changed) => all.push(self.alteration(id, changed, false)),
            }
        }
        all
    }

    /// What a new object hangs on, where that is not ours.
    fn attached(&self, id: &ObjectId) -> Vec<Outcome> {
        let Some(entry) = self.run.entries.get(id) else {
            return Vec::new();
        };
        let mut hosts = Vec::new();
        match &entry.object {
            Object::Constraint(it) => {
                hosts.extend(
                    it.foreign_key
                        .as_ref()
                        .map(|key| ObjectId::in_schema(ObjectKind::Table, &key.schema, &key.table)),
                );
                hosts.extend(id.parent_table());
            }
            Object::Index(it) => {
                hosts.push(self.relation(id.schema.as_deref().unwrap_or_default(), &it.table));
            }
            Object::Trigger(_) | Object::Policy(_) | Object::Rule(_) => {
                let table = id.parent_table();
                hosts.extend(
                    table.map(|it| {
                        self.relation(it.schema.as_deref().unwrap_or_default(), &it.name)
                    }),
                );
            }
            Object::Table(it) => {
                let parents = it
                    .parents
                    .iter()
                    .filter_map(|parent| parent.split_once('.'));
                let table = |(schema, name)| ObjectId::in_schema(ObjectKind::Table, schema, name);
                hosts.extend(parents.map(table));
            }
            _ => {}
        }
        hosts.retain(|host| self.owner(host) != Owner::Ours);
        hosts
            .into_iter()
            .map(|host| {
                let mut outcome = self.outcome(Action::AttachesTo, Some(host));
                outcome.related.push(id.clone());
                outcome
            })
            .collect()
    }

    /// The relation of a name: a materialized view has indexes as well as a table, and a view triggers and rules.
    fn relation(&self, schema: &str, name: &str) -> ObjectId {
        let view = ObjectId::in_schema(ObjectKind::View, schema, name);
        if self.before.get(&view).is_some() {
            return view;
        }
        ObjectId::in_schema(ObjectKind::Table, schema, name)
    }

    fn alteration(&self, id: &ObjectId, changed: &Changed, recreated: bool) -> Outcome {
        let only_grants = changed.shape.is_empty() && changed.other.is_empty() && !recreated;
        let action = match id.kind {
            ObjectKind::Setting => Action::Sets,
            ObjectKind::DefaultPrivileges => Action::Grants,
            ObjectKind::Publication if only_adds_tables(changed) => Action::AttachesTo,
            _ if only_grants => Action::Grants,
            _ if recreated || self.statement.or_replace || self.redefines(id) => Action::Replaces,
            _ => Action::Alters,
        };
        let mut outcome = self.outcome(action, Some(id.clone()));
        outcome.differences = changed.all();
        if outcome.action == Action::Replaces {
            outcome.related = self.users_of(id);
        }
        outcome
    }

    /// A block can give a function or a view another definition in no other way than OR REPLACE.
    fn redefines(&self, id: &ObjectId) -> bool {
        let defined = matches!(id.kind, ObjectKind::Function | ObjectKind::View);
        defined && self.statement.kind == StatementKind::Do
    }

    /// What it removes: each object that it names, with what a CASCADE takes along.
    fn dropped(&self) -> Vec<Outcome> {
        let gone = self.run.difference.dropped();
        let gone: Vec<&ObjectId> = gone.filter(|id| !self.is_old_name(id)).collect();
        let named: BTreeSet<&str> = self
            .statement
            .mentions_as(MentionRole::Drops)
            .map(|mention| mention.name.name.as_str())
            .collect();
        let (main, rest): (Vec<&ObjectId>, Vec<&ObjectId>) = gone
            .iter()
            .copied()
            .partition(|id| named.contains(id.name.as_str()));
        if main.is_empty() {
            return gone
                .iter()
                .filter(|id| !part_of_any(id, &gone, &self.before.entries))
                .map(|id| self.outcome(Action::Drops, Some((*id).clone())))
                .collect();
        }
        let mut along: Vec<ObjectId> = rest
            .into_iter()
            .filter(|id| !part_of_any(id, &main, &self.before.entries))
            .cloned()
            .collect();
        along.extend(self.lost_columns());
        let mut all: Vec<Outcome> = main
            .iter()
            .filter(|id| !part_of_any(id, &main, &self.before.entries))
            .map(|id| self.outcome(Action::Drops, Some((*id).clone())))
            .collect();
        if let Some(first) = all.first_mut() {
            first.cascades = along
                .into_iter()
                .map(|id| (id.clone(), self.owner(&id)))
                .collect();
        }
        all
    }

    /// Columns that a CASCADE took from tables which stay.
    fn lost_columns(&self) -> Vec<ObjectId> {
        let mut lost = Vec::new();
        for (id, change) in &self.run.difference.changes {
            let (Change::Altered(changed), ObjectKind::Table) = (change, id.kind) else {
                continue;
            };
            for sentence in &changed.shape {
                let column = sentence
                    .strip_prefix("column ")
                    .and_then(|it| it.split_once(':'));
                if let Some((column, rest)) = column
                    && rest.ends_with("→ missing")
                    && let Some(schema) = &id.schema
                {
                    lost.push(ObjectId::on_table(
                        ObjectKind::Column,
                        schema,
                        &id.name,
                        column,
                    ));
                }
            }
        }
        lost
    }
}

/// Is `id` a part of another object in the list: a constraint, index, trigger or sequence of its table?
fn part_of_any(id: &ObjectId, others: &[&ObjectId], entries: &Entries) -> bool {
    let object = entries.get(id).map(|entry| &entry.object);
    let table = match object {
        Some(Object::Index(index)) => id
            .schema
            .as_ref()
            .map(|schema| ObjectId::in_schema(ObjectKind::Table, schema, &index.table)),
        Some(Object::Sequence(sequence)) => sequence.owned_by.as_ref().and_then(|column| {
            let mut parts = column.splitn(3, '.');
            Some(ObjectId::in_schema(
                ObjectKind::Table,
                parts.next()?,
                parts.next()?,
            ))
        }),
        _ => id.parent_table(),
    };
    let constraint = match object {
        Some(Object::Index(index)) => index.constraint.as_ref().and_then(|name| {
            let schema = id.schema.as_ref()?;
            Some(ObjectId::on_table(
                ObjectKind::Constraint,
                schema,
                &index.table,
                name,
            ))
        }),
        _ => None,
    };
    [table, constraint]
        .into_iter()
        .flatten()
        .any(|whole| others.contains(&&whole))
}

/// A publication gained tables and nothing else.
fn only_adds_tables(changed: &Changed) -> bool {
    changed.grants.is_empty()
        && changed.other.is_empty()
        && changed
            .shape
            .iter()
            .all(|it| it.starts_with("table ") && it.contains(": missing →"))
}
