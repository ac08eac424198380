//! Who may use an object: what the migrations give is there, what they take away is not.

use std::collections::{BTreeMap, BTreeSet};

use super::VerifyInput;
use crate::catalog::{Entry, Object};
use crate::check::{Check, CheckReport};
use crate::object::ObjectId;

/// The roles that the platform's default privileges give new objects to.
const API_ROLES: [&str; 4] = ["anon", "authenticated", "service_role", "public"];
/// First major version that knows MAINTAIN.
const MAINTAIN_SINCE: u32 = 17;

/// One privilege: who, what, and on which column if not on the whole object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Held {
    grantee: String,
    privilege: String,
    column: Option<String>,
}

impl Held {
    fn describe(&self) -> String {
        match &self.column {
            Some(column) => format!("{} {} ({column})", self.grantee, self.privilege),
            None => format!("{} {}", self.grantee, self.privilege),
        }
    }
}

/// What others than its owner hold on an object.
fn held(entry: &Entry) -> BTreeSet<Held> {
    let owner = entry.owner.as_deref().unwrap_or_default();
    let whole = entry.grants.iter().map(|grant| Held {
        grantee: grant.grantee.clone(),
        privilege: grant.privilege.clone(),
        column: None,
    });
    let columns: Vec<Held> = match &entry.object {
        Object::Table(table) => table
            .columns
            .iter()
            .flat_map(|column| {
                column.grants.iter().filter_map(|grant| {
                    let (grantee, privilege) = grant.rsplit_once('=')?;
                    Some(Held {
                        grantee: grantee.to_owned(),
                        privilege: privilege.trim_end_matches('*').to_owned(),
                        column: Some(column.name.clone()),
                    })
                })
            })
            .collect(),
        _ => Vec::new(),
    };
    whole
        .chain(columns)
        .filter(|it| it.grantee != owner)
        .collect()
}

/// Is it held, on the column or on the whole? Its owner holds everything.
fn is_held(there: &Entry, held: &BTreeSet<Held>, wanted: &Held) -> bool {
    let whole = Held {
        column: None,
        ..wanted.clone()
    };
    there.owner.as_ref() == Some(&wanted.grantee) || held.contains(wanted) || held.contains(&whole)
}

/// Checks the grants on one object.
pub(super) fn check(
    input: &VerifyInput<'_>,
    id: &ObjectId,
    declared: &Entry,
    there: &Entry,
    report: &mut CheckReport,
) {
    let (mut wanted, found) = (held(declared), held(there));
    let knows_maintain = input.present.server.major() >= MAINTAIN_SINCE;
    wanted.retain(|it| knows_maintain || it.privilege != "MAINTAIN");
    let mut complaints: Vec<String> = wanted
        .iter()
        .filter(|it| !is_held(there, &found, it))
        .map(|it| format!("missing: {}", it.describe()))
        .collect();
    let most = input.most.objects.get(id).map(held).unwrap_or_default();
    for extra in found.difference(&wanted) {
        let platforms = API_ROLES.contains(&extra.grantee.as_str());
        if platforms && extra.column.is_none() && !most.contains(extra) {
            complaints.push(format!(
                "there, and a migration takes it away: {}",
                extra.describe()
            ));
        }
    }
    if wanted.is_empty() && complaints.is_empty() {
        return;
    }
    let given = if wanted.is_empty() {
        "none".to_owned()
    } else {
        summary(&wanted)
    };
    let name = format!("grants on {id}: {given}");
    report.checks.push(Check::of(name, &complaints));
}

/// Checks what the migrations grant on a landlord's object.
pub(super) fn check_change(
    id: &ObjectId,
    before: &Entry,
    after: &Entry,
    there: &Entry,
    report: &mut CheckReport,
) {
    let before = held(before);
    let added: BTreeSet<Held> = held(after).difference(&before).cloned().collect();
    if added.is_empty() {
        return;
    }
    let found = held(there);
    let missing = added.iter().filter(|it| !is_held(there, &found, it));
    let complaints: Vec<String> = missing
        .map(|it| format!("missing: {}", it.describe()))
        .collect();
    let name = format!("grants on {id}: {}", summary(&added));
    report.checks.push(Check::of(name, &complaints));
}

/// Notes what others hold without any migration giving it: one sentence for each set of privileges.
pub(super) fn note_extra(input: &VerifyInput<'_>, report: &mut CheckReport) {
    let mut extras: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (id, declared) in &input.least.objects {
        let Some(there) = input.present.get(id) else {
            continue;
        };
        let (wanted, found) = (held(declared), held(there));
        let most = input.most.objects.get(id).map(held).unwrap_or_default();
        let extra: BTreeSet<Held> = found
            .difference(&wanted)
            .filter(|it| {
                !API_ROLES.contains(&it.grantee.as_str())
                    || most.contains(it)
                    || it.column.is_some()
            })
            .filter(|it| !is_built_in(id, it))
            .cloned()
            .collect();
        for moot in wanted.iter().filter(|it| {
            it.column.is_some()
                && extra.contains(&Held {
                    column: None,
                    ..(*it).clone()
                })
        }) {
            report.notes.push(format!(
                "{} may {} every column of {}, and the migrations grant it on {} alone: \
                 revoke what default privileges gave",
                moot.grantee,
                moot.privilege,
                id.name(),
                moot.column.as_deref().unwrap_or_default()
            ));
        }
        if !extra.is_empty() {
            extras
                .entry(summary(&extra))
                .or_default()
                .push(id.to_string());
        }
    }
    for (privileges, objects) in extras {
        report.notes.push(format!(
            "not granted by any migration, as default privileges add it: {privileges} on {}",
            objects.join(", ")
        ));
    }
}

/// Postgres gives everybody EXECUTE on new functions and USAGE on new types.
fn is_built_in(id: &ObjectId, held: &Held) -> bool {
    use crate::object::ObjectKind::{Function, Type};
    let built_in = matches!(
        (id.kind, held.privilege.as_str()),
        (Function, "EXECUTE") | (Type, "USAGE")
    );
    built_in && held.grantee == "public"
}

/// `anon SELECT; authenticated SELECT, UPDATE (title)`.
fn summary(held: &BTreeSet<Held>) -> String {
    let mut by_grantee: BTreeMap<&str, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for it in held {
        let privileges = by_grantee.entry(&it.grantee).or_default();
        let columns = privileges.entry(&it.privilege).or_default();
        columns.extend(it.column.as_deref());
    }
    let grantees = by_grantee.into_iter().map(|(grantee, privileges)| {
        let list = privileges.into_iter().map(|(privilege, columns)| {
            if columns.is_empty() {
                privilege.to_owned()
            } else {
                format!("{privilege} ({})", columns.join(", "))
            }
        });
        format!("{grantee} {}", list.collect::<Vec<_>>().join(", "))
    });
    grantees.collect::<Vec<_>>().join("; ")
}
