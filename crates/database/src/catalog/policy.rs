//! Row-level security policies.

use lodger_migration::catalog::{Object, Policy};
use lodger_migration::object::ObjectKind;

use super::class;
use super::row::Cells;
use super::rows::Read;
use super::surroundings::Surroundings;

pub(super) const SQL: &str = include_str!("policy.sql");
/// Without the expressions: for what is not selected of a subquery, Postgres calls no function.
#[cfg(feature = "embedded")]
pub(super) const OUTLINE: &str = concat!(
    r#"select oid, row_version, name, relation, command, permissive, roles, null::pg_catalog.text as "using","#,
    ' ',
    r#"null::pg_catalog.text as "check", stored from ("#,
    '\n',
    include_str!("policy.sql"),
    ") whole"
);

pub(super) fn read(cells: &Cells<'_>, around: &Surroundings) -> Read {
    let policy = Policy {
        command: command(cells.letter("command")?),
        permissive: cells.get("permissive")?,
        roles: cells.sorted("roles")?,
        using: cells.get("using")?,
        check: cells.get("check")?,
    };
    let id = around.on_relation(
        ObjectKind::Policy,
        cells.get("relation")?,
        cells.get("name")?,
    );
    let entry = cells.entry(class::POLICY, around, Object::Policy(policy))?;
    let entry = cells.with_stored(entry)?;
    Ok(id.map(|id| (id, entry)))
}

/// `pg_policy.polcmd` in words; a letter of a later version stays a letter.
fn command(letter: char) -> String {
    match letter {
        '*' => "ALL".into(),
        'r' => "SELECT".into(),
        'a' => "INSERT".into(),
        'w' => "UPDATE".into(),
        'd' => "DELETE".into(),
        other => other.into(),
    }
}
