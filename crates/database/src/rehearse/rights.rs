//! Which role may do what with which column.

use std::collections::{BTreeMap, BTreeSet};

use lodger_migration::catalog::{CatalogSnapshot, Object, Oid};
use lodger_migration::rehearse::Subject;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use super::RehearseError;
use super::stage::broken;

const RIGHTS: &str = include_str!("rights.sql");

/// What one role may do with one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Right {
    pub select: BTreeSet<String>,
    pub insert: BTreeSet<String>,
    pub update: BTreeSet<String>,
    pub delete: bool,
}

/// What each role may do with each table.
#[derive(Debug, Clone, Default)]
pub(super) struct Rights(BTreeMap<(Oid, String), Right>);

impl Rights {
    pub(super) async fn load(
        client: &Client,
        subjects: &[Subject],
        roles: &[&str],
    ) -> Result<Self, RehearseError> {
        let oids: Vec<Oid> = subjects.iter().map(|it| it.oid).collect();
        let roles: Vec<String> = roles.iter().map(|it| (*it).to_owned()).collect();
        let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
            [(&oids, Type::OID_ARRAY), (&roles, Type::TEXT_ARRAY)];
        let rows = client.query_typed(RIGHTS, &parameters).await;
        let rows = rows.map_err(|error| broken("reading who may do what", error))?;
        let mut rights = Self::default();
        for row in rows {
            let right = rights
                .0
                .entry((row.get("relation"), row.get("role")))
                .or_default();
            let column: String = row.get("column");
            for (set, held) in [
                (&mut right.select, row.get("selects")),
                (&mut right.insert, row.get("inserts")),
                (&mut right.update, row.get("updates")),
            ] {
                if held {
                    set.insert(column.clone());
                }
            }
            right.delete = row.get("deletes");
        }
        Ok(rights)
    }

    /// What `role` may do with `subject`: nothing, where it is not known.
    pub(super) fn of(&self, subject: &Subject, role: &str) -> Right {
        let right = self.0.get(&(subject.oid, role.to_owned()));
        right.cloned().unwrap_or_default()
    }
}

/// Does any policy let `role` do `command` with rows of the table? Without row-level security, none is
/// needed.
pub(super) fn has_policy(
    present: &CatalogSnapshot,
    subject: &Subject,
    command: &str,
    role: &str,
) -> bool {
    if !subject.table.rls {
        return true;
    }
    let of_table = present
        .entries
        .iter()
        .filter(|(id, _)| id.parent_table().as_ref() == Some(&subject.id));
    let mut policies = of_table.filter_map(|(_, entry)| match &entry.object {
        Object::Policy(it) => Some(it),
        _ => None,
    });
    policies.any(|it| {
        it.permissive
            && (it.command == command || it.command == "ALL")
            && it.roles.iter().any(|name| name == role || name == "public")
    })
}
