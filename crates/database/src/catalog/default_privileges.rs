//! Default privileges of roles.

use lodger_migration::catalog::{DefaultPrivileges, Object};
use lodger_migration::object::{ObjectId, ObjectKind};

use super::row::Cells;
use super::rows::Read;
use super::surroundings::Surroundings;
use super::{acl, class};

pub(super) const SQL: &str = include_str!("default_privileges.sql");

pub(super) fn read(cells: &Cells<'_>, around: &Surroundings) -> Read {
    let privileges = DefaultPrivileges {
        role: cells.get("role")?,
        schema: cells.get("schema")?,
        kind: kind(cells.letter("kind")?),
        grants: acl::parse_pairs(&cells.get::<Vec<&str>>("acl")?),
    };
    let DefaultPrivileges { role, kind, .. } = &privileges;
    let name = match &privileges.schema {
        Some(schema) => format!("{role} in {schema}: {kind}"),
        None => format!("{role}: {kind}"),
    };
    let id = ObjectId::global(ObjectKind::DefaultPrivileges, name);
    let object = Object::DefaultPrivileges(privileges);
    Ok(Some((id, cells.entry(class::DEFAULT_ACL, around, object)?)))
}

/// `pg_default_acl.defaclobjtype` in words; a letter of a later version stays a letter.
fn kind(letter: char) -> String {
    match letter {
        'r' => "tables".into(),
        'S' => "sequences".into(),
        'f' => "functions".into(),
        'T' => "types".into(),
        'n' => "schemas".into(),
        'L' => "large objects".into(),
        other => other.into(),
    }
}
