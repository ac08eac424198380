//! Drift: what is ours and nobody declares, and what others hung on our tables.

use std::collections::BTreeMap;

use super::VerifyInput;
use crate::catalog::{Entry, Object, Oid};
use crate::check::{Check, CheckReport};
use crate::object::{ObjectId, ObjectKind};
use crate::owner::Owner;

/// Checks that nothing of ours is there without a migration, and nothing of others on our tables.
pub(super) fn check(input: &VerifyInput<'_>, report: &mut CheckReport) {
    let undeclared: Vec<String> = undeclared(input).map(ToString::to_string).collect();
    if input.least.not_run.is_empty() {
        let name = "everything that is claimed is declared by a migration";
        report.checks.push(Check::of(name, &undeclared));
    } else if !undeclared.is_empty() {
        report.notes.push(format!(
            "claimed, and not known to be declared by a migration: {}",
            undeclared.join(", ")
        ));
    }
    let mut complaints = Vec::new();
    let ours: BTreeMap<Oid, String> = input
        .present
        .entries
        .iter()
        .filter(|(id, _)| id.kind == ObjectKind::Table && is_ours(input, id))
        .map(|(id, entry)| (entry.oid, id.name()))
        .collect();
    for (id, entry) in &input.present.entries {
        if let Some(table) = our_table(input, id, entry)
            && is_foreign(input, id, entry)
        {
            let whose = input.ownership.owner(id, input.present).describe();
            match entry.object {
                Object::Index(_) => report
                    .notes
                    .push(format!("{id} is on {table}, and {whose}")),
                _ => complaints.push(format!("{id} ({whose})")),
            }
        }
        if let Some(table) = reference_to_ours(input, id, entry, &ours) {
            let whose = input.ownership.owner(id, input.present).describe();
            report
                .notes
                .push(format!("{id} points at {table}, and is {whose}"));
        }
        if let Object::Publication(it) = &entry.object {
            note_publication(input, id, &it.tables, report);
        }
    }
    let name = "nobody else has a trigger, policy, rule or constraint on this project's tables";
    report.checks.push(Check::of(name, &complaints));
}

fn is_ours(input: &VerifyInput<'_>, id: &ObjectId) -> bool {
    input.ownership.owner(id, input.present) == Owner::Ours
}

/// Ours, and no migration makes it.
fn undeclared<'a>(input: &VerifyInput<'a>) -> impl Iterator<Item = &'a ObjectId> {
    let (least, project) = (input.least, &input.ownership.project);
    let claims = input.ownership.claims.iter();
    let home = ObjectId::global(ObjectKind::Schema, input.home_schema);
    claims
        .filter(move |(id, owner)| *owner == project && **id != home)
        .map(|(id, _)| id)
        .filter(|id| !least.objects.contains_key(id) && !least.in_doubt.contains(id))
        .filter(|id| id.kind != ObjectKind::Extension || !least.extensions.contains(&id.name))
}

/// The table of ours that it is on.
fn our_table(input: &VerifyInput<'_>, id: &ObjectId, entry: &Entry) -> Option<String> {
    let table = match &entry.object {
        Object::Index(it) if it.constraint.is_none() => {
            ObjectId::in_schema(ObjectKind::Table, id.schema.clone()?, &it.table)
        }
        Object::Index(_) => return None,
        _ => id.parent_table()?,
    };
    is_ours(input, &table).then(|| table.name())
}

/// Neither ours nor declared: somebody else put it there.
fn is_foreign(input: &VerifyInput<'_>, id: &ObjectId, entry: &Entry) -> bool {
    entry.extension.is_none()
        && !is_ours(input, id)
        && !input.least.objects.contains_key(id)
        && !input.least.in_doubt.contains(id)
}

/// The table of ours that a foreign key of somebody else's table points at.
fn reference_to_ours<'a>(
    input: &VerifyInput<'_>,
    id: &ObjectId,
    entry: &Entry,
    ours: &'a BTreeMap<Oid, String>,
) -> Option<&'a String> {
    let Object::Constraint(it) = &entry.object else {
        return None;
    };
    let target = ours.get(&it.foreign_key.as_ref()?.table_oid)?;
    (!is_ours(input, &id.parent_table()?)).then_some(target)
}

fn note_publication(
    input: &VerifyInput<'_>,
    id: &ObjectId,
    tables: &[String],
    report: &mut CheckReport,
) {
    let declared = match input.least.changes.get(id).map(|(_, after)| &after.object) {
        Some(Object::Publication(it)) => it.tables.as_slice(),
        _ => &[],
    };
    for table in tables.iter().filter(|table| !declared.contains(table)) {
        let Some((schema, name)) = table.split_once('.') else {
            continue;
        };
        let known = input.least.objects.contains_key(id);
        if !known && is_ours(input, &ObjectId::in_schema(ObjectKind::Table, schema, name)) {
            report.notes.push(format!(
                "{table} is in {id}, and no migration puts it there"
            ));
        }
    }
}
