//! A digest of a catalog: two snapshots with one fingerprint hold the same objects.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::{CatalogSnapshot, Entry, Object};
use crate::hex;
use crate::object::ObjectId;

/// SHA-256 over every object's identity, shape, owner, grants and comment, as lower-case hex. OIDs,
/// row versions and estimates of rows are left out, and so are Lodger's own bookkeeping and what is
/// kept for other databases of the same server. Of indexes and policies it is what the database stores and
/// not what it prints: the fingerprint is one database's, and nothing has to be printed for it.
#[must_use]
pub fn fingerprint(snapshot: &CatalogSnapshot) -> String {
    let mut digest = Sha256::new();
    for (id, entry) in &snapshot.entries {
        if is_bookkeeping(id) || is_elsewhere(entry, &snapshot.server.database) {
            continue;
        }
        digest.update(describe(id, entry).as_bytes());
        digest.update([1]);
    }
    hex::encode(&digest.finalize())
}

/// The properties of an index and of a policy for which [`Entry::stored`] stands.
const PRINTED: [&str; 3] = ["definition", "using", "check"];

fn is_bookkeeping(id: &ObjectId) -> bool {
    id.schema.as_deref() == Some("lodger") || (id.schema.is_none() && id.name == "lodger")
}

fn is_elsewhere(entry: &Entry, here: &str) -> bool {
    let Object::Setting(setting) = &entry.object else {
        return false;
    };
    setting.database.as_deref().is_some_and(|it| it != here)
}

/// The separator is a character that no identifier and no definition holds.
fn describe(id: &ObjectId, entry: &Entry) -> String {
    let mut text = format!("{id}\0{:?}\0{:?}", entry.owner, entry.comment);
    let printed = |label: &str| entry.stored.is_some() && PRINTED.contains(&label);
    for (label, value) in entry.shape().iter().filter(|(label, _)| !printed(label)) {
        let _ = write!(text, "\0{label}\0{value}");
    }
    if let Some(stored) = entry.stored {
        let _ = write!(text, "\0{stored}");
    }
    for grant in &entry.grants {
        let _ = write!(
            text,
            "\0{}\0{}\0{}",
            grant.grantee, grant.privilege, grant.grantable
        );
    }
    if let Object::Table(table) = &entry.object {
        for column in &table.columns {
            let _ = write!(text, "\0{:?}\0{:?}", column.grants, column.comment);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalog::{Grant, Policy, Schema, Setting};
    use crate::object::ObjectKind;

    fn entry(object: Object) -> Entry {
        Entry {
            row_version: 2,
            ..Entry::bare(object)
        }
    }

    fn of(name: &str, kind: ObjectKind, entry: Entry) -> String {
        let mut snapshot = CatalogSnapshot {
            entries: [(ObjectId::global(kind, name), Arc::new(entry))]
                .into_iter()
                .collect(),
            ..CatalogSnapshot::default()
        };
        snapshot.server.database = "here".into();
        fingerprint(&snapshot)
    }

    #[test]
    fn grants_count_and_oids_do_not() {
        let plain = entry(Object::Schema(Schema {}));
        let moved = Entry {
            oid: 9,
            row_version: 9,
            ..plain.clone()
        };
        let mut granted = plain.clone();
        granted.grants.push(Grant {
            grantee: "anon".into(),
            privilege: "USAGE".into(),
            grantable: false,
        });
        let of = |entry| of("shop", ObjectKind::Schema, entry);
        let plain = of(plain);
        assert_eq!(plain, of(moved));
        assert_ne!(plain, of(granted));
    }

    #[test]
    fn what_is_stored_of_a_policy_counts_and_what_is_printed_does_not() {
        let of = |using: Option<&str>, stored| {
            let policy = Policy {
                command: "ALL".into(),
                permissive: true,
                roles: Vec::new(),
                using: using.map(ToOwned::to_owned),
                check: None,
            };
            let stored = Some(stored);
            let entry = entry(Object::Policy(policy));
            of("theirs", ObjectKind::Policy, Entry { stored, ..entry })
        };
        assert_eq!(of(Some("true"), 7), of(None, 7));
        assert_ne!(of(Some("true"), 7), of(Some("true"), 8));
    }

    #[test]
    fn other_databases_and_the_bookkeeping_do_not_count() {
        let setting = |database: &str| {
            entry(Object::Setting(Setting {
                role: None,
                database: Some(database.into()),
                values: vec!["a.b=c".into()],
            }))
        };
        let nothing = fingerprint(&CatalogSnapshot::default());
        let kind = ObjectKind::Setting;
        assert_eq!(of("database there", kind, setting("there")), nothing);
        assert_ne!(of("database here", kind, setting("here")), nothing);
        let schema = entry(Object::Schema(Schema {}));
        assert_eq!(of("lodger", ObjectKind::Schema, schema), nothing);
    }
}
