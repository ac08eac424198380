//! One object: it is there, it is ours, and it looks as declared.

use std::collections::BTreeSet;

use super::{VerifyInput, compare, grants, key, title};
use crate::catalog::{Entry, Object, Table};
use crate::check::{Check, CheckReport};
use crate::object::{ObjectId, ObjectKind};
use crate::owner::Owner;

/// Checks an object that the migrations make.
pub(super) fn check(
    input: &VerifyInput<'_>,
    id: &ObjectId,
    declared: &Entry,
    report: &mut CheckReport,
) {
    if goes_with_another(input, id, declared) {
        return;
    }
    if let Object::DefaultPrivileges(_) = declared.object {
        return default_privileges(input, declared, report);
    }
    let name = title::title(id, declared);
    let Some(there) = input.present.get(id) else {
        let lost = parts(input, id);
        let complaint = match lost {
            0 => "missing".to_owned(),
            1 => "missing, and with it what belongs to it".to_owned(),
            _ => format!("missing, and with it the {lost} things that belong to it"),
        };
        report.checks.push(Check::of(name, &[complaint]));
        return;
    };
    let mut complaints = claim(input, id, there);
    complaints.extend(differences(input, id, declared, there, report));
    if let (Object::Constraint(it), Some(index)) = (&there.object, backing_index(input, id))
        && it.foreign_key.is_none()
        && !index
    {
        complaints.push("its index is not valid".to_owned());
    }
    report.checks.push(Check::of(name, &complaints));
    if let (Object::Table(wanted), Object::Table(found)) = (&declared.object, &there.object) {
        report.checks.push(row_security(id, wanted, found));
    }
    grants::check(input, id, declared, there, report);
    if declared.comment.is_some() && declared.comment != there.comment {
        report.notes.push(format!(
            "the comment on {id} is not the one that was applied"
        ));
    }
}

/// It is said elsewhere: a constraint's index by the constraint, parts of a missing table by the table.
fn goes_with_another(input: &VerifyInput<'_>, id: &ObjectId, declared: &Entry) -> bool {
    let table = match &declared.object {
        Object::Index(it) if it.constraint.is_some() => return true,
        Object::Index(it) => {
            let schema = id.schema.clone().unwrap_or_default();
            Some(ObjectId::in_schema(ObjectKind::Table, schema, &it.table))
        }
        _ => id.parent_table(),
    };
    let made_here = |table: &ObjectId| input.least.objects.contains_key(table);
    table.is_some_and(|table| made_here(&table) && input.present.get(&table).is_none())
}

/// How many declared objects belong to a table.
fn parts(input: &VerifyInput<'_>, table: &ObjectId) -> usize {
    let belongs = |id: &ObjectId, entry: &Entry| match &entry.object {
        Object::Index(it) => {
            it.constraint.is_none() && it.table == table.name && id.schema == table.schema
        }
        _ => id.parent_table().as_ref() == Some(table),
    };
    let objects = input.least.objects.iter();
    objects.filter(|(id, entry)| belongs(id, entry)).count()
}

fn claim(input: &VerifyInput<'_>, id: &ObjectId, there: &Entry) -> Vec<String> {
    // Settings have no OID that a claim could hold on to.
    if there.oid == 0 || input.ownership.claims.get(id) == Some(&input.ownership.project) {
        return Vec::new();
    }
    vec![match input.ownership.owner(id, input.present) {
        Owner::Other { project } => format!("it belongs to project {project}"),
        Owner::Landlord => "it is the landlord's, not this project's".to_owned(),
        _ => "this project has no claim on it: another object of that name".to_owned(),
    }]
}

fn differences(
    input: &VerifyInput<'_>,
    id: &ObjectId,
    declared: &Entry,
    there: &Entry,
    report: &mut CheckReport,
) -> Vec<String> {
    let mut complaints = Vec::new();
    if let (Object::Constraint(wanted), Object::Constraint(found)) =
        (&declared.object, &there.object)
        && let Some(wanted) = &wanted.foreign_key
    {
        complaints = key::complaints(wanted, found, input.present);
    }
    let same_version = input.least.server.major() == input.present.server.major();
    let reprinted = input.reprinted.get(id);
    let compared = compare::compare(declared, reprinted.unwrap_or(there));
    if same_version || reprinted.is_some() {
        // What a foreign key's definition says is said above.
        let said = !complaints.is_empty();
        let rest = compared.all().into_iter();
        complaints.extend(rest.filter(|it| !said || !it.starts_with("definition: ")));
    } else {
        if !compared.printed.is_empty() {
            report.notes.push(format!(
                "{id}: its text was not compared, because PostgreSQL {} and {} print it differently",
                input.present.server.major(),
                input.least.server.major()
            ));
        }
        complaints.extend(compared.certain);
    }
    complaints
}

fn backing_index(input: &VerifyInput<'_>, id: &ObjectId) -> Option<bool> {
    let schema = id.schema.as_deref()?;
    let index = ObjectId::in_schema(ObjectKind::Index, schema, &id.name);
    match &input.present.get(&index)?.object {
        Object::Index(it) if it.constraint.as_deref() == Some(&id.name) => Some(it.valid),
        _ => None,
    }
}

fn row_security(id: &ObjectId, wanted: &Table, found: &Table) -> Check {
    let name = match (wanted.rls, wanted.force_rls) {
        (true, true) => "on, forced",
        (true, false) => "on",
        (false, true) => "off, forced once on",
        (false, false) => "off",
    };
    let word = |on: bool| if on { "on" } else { "off" };
    let mut complaints = Vec::new();
    if wanted.rls != found.rls {
        complaints.push(format!("it is {}", word(found.rls)));
    }
    if wanted.force_rls != found.force_rls {
        complaints.push(format!("FORCE is {}", word(found.force_rls)));
    }
    Check::of(
        format!("row-level security on {}: {name}", id.name()),
        &complaints,
    )
}

/// Checks what the migrations change of a landlord's object: what they add to it.
pub(super) fn check_change(
    input: &VerifyInput<'_>,
    id: &ObjectId,
    before: &Entry,
    after: &Entry,
    report: &mut CheckReport,
) {
    if let Object::DefaultPrivileges(_) = after.object {
        return default_privileges(input, after, report);
    }
    let Some(there) = input.present.get(id) else {
        report.checks.push(Check::of(
            format!("change of {id}"),
            &["missing".to_owned()],
        ));
        return;
    };
    let (before_shape, shape) = (before.shape(), there.shape());
    let added = after
        .shape()
        .into_iter()
        .filter(|it| !before_shape.contains(it));
    for (label, value) in added {
        let found = shape.iter().find(|(name, _)| *name == label);
        let complaint = match found {
            Some((_, found)) if *found == value => None,
            Some((_, found)) => Some(format!("is {found}")),
            None => Some("missing".to_owned()),
        };
        let complaints: Vec<String> = complaint.into_iter().collect();
        report
            .checks
            .push(Check::of(format!("{id}: {label} {value}"), &complaints));
    }
    grants::check_change(id, before, after, there, report);
}

/// Default privileges are those of the role that applied the migrations: it owns what they made.
fn default_privileges(input: &VerifyInput<'_>, declared: &Entry, report: &mut CheckReport) {
    let Object::DefaultPrivileges(wanted) = &declared.object else {
        return;
    };
    let made = input.least.objects.keys();
    let owners: BTreeSet<&str> = made
        .filter_map(|id| input.present.get(id)?.owner.as_deref())
        .chain([input.present.server.role.as_str()])
        .collect();
    let granted = |entry: &Entry| match &entry.object {
        Object::DefaultPrivileges(found) => {
            let others = |grant: &&String| !grant.starts_with(&format!("{}=", wanted.role));
            owners.contains(found.role.as_str())
                && found.schema == wanted.schema
                && found.kind == wanted.kind
                && wanted
                    .grants
                    .iter()
                    .filter(others)
                    .all(|it| found.grants.contains(it))
        }
        _ => false,
    };
    let place = wanted
        .schema
        .as_ref()
        .map(|it| format!(" in {it}"))
        .unwrap_or_default();
    let missing = !input.present.entries.values().any(|entry| granted(entry));
    let owners = owners.into_iter().collect::<Vec<_>>().join(", ");
    let complaints = missing.then(|| format!("not those of {owners}"));
    let complaints: Vec<String> = complaints.into_iter().collect();
    let name = format!("default privileges{place}: {}", wanted.kind);
    report.checks.push(Check::of(name, &complaints));
}
