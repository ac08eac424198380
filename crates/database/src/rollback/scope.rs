//! What a rollback takes out: this project's own objects, by their claims, and what goes with them.

use std::collections::{BTreeMap, BTreeSet};

use lodger_migration::catalog::{CatalogSnapshot, Entry, Object, Oid};
use lodger_migration::history::AppliedMigration;
use lodger_migration::object::{ObjectId, ObjectKind};

use super::RollbackTarget;
use crate::bookkeeping::Claim;

/// What goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    /// The migrations that are rolled back.
    pub(crate) versions: BTreeSet<String>,
    /// What was adopted without a migration goes too.
    pub(crate) adopted: bool,
    /// The objects, with their OIDs.
    pub(crate) going: BTreeMap<ObjectId, Oid>,
    /// Objects of the project that are not touched.
    pub(crate) staying: BTreeSet<ObjectId>,
    /// Claimed things that are left where they are, and why, as sentences.
    pub(crate) kept: Vec<String>,
    /// There are claims, though their objects may be gone.
    pub(crate) has_claims: bool,
}

/// Finds what goes when `project` goes back to `target`.
pub(crate) fn scope(
    project: &str,
    target: &RollbackTarget,
    claims: &[Claim],
    history: &[AppliedMigration],
    snapshot: &CatalogSnapshot,
) -> Scope {
    let is_after = |version: &str| match target {
        RollbackTarget::All => true,
        RollbackTarget::To(last) => version > last.as_str(),
    };
    let all = *target == RollbackTarget::All;
    let mut scope = Scope {
        adopted: all,
        ..Scope::default()
    };
    let own: Vec<&Claim> = claims.iter().filter(|it| it.project == project).collect();
    let versions = history
        .iter()
        .map(|row| &row.version)
        .chain(own.iter().filter_map(|claim| claim.version.as_ref()));
    scope.versions = versions.filter(|it| is_after(it)).cloned().collect();
    let mut lost_names = BTreeSet::new();
    for claim in own {
        let goes = claim.version.as_deref().map_or(all, is_after);
        scope.has_claims |= goes;
        match &claim.object {
            None => {
                lost_names.insert(claim.identity.as_str());
            }
            Some(id) if goes => scope.take(id, snapshot),
            Some(id) => {
                scope.staying.insert(id.clone());
            }
        }
    }
    scope.take_rebuilt_indexes(&lost_names, snapshot);
    scope.keep_used_schemas(snapshot);
    scope
}

impl Scope {
    /// There is nothing to do and nothing to write down.
    pub(crate) fn is_empty(&self) -> bool {
        !self.has_claims && self.versions.is_empty()
    }

    /// Does this table, or view, go?
    pub(crate) fn goes(&self, schema: Option<&str>, relation: &str) -> bool {
        [ObjectKind::Table, ObjectKind::View].iter().any(|kind| {
            let id = ObjectId::in_schema(*kind, schema.unwrap_or_default(), relation);
            self.going.contains_key(&id)
        })
    }

    /// The tables that hold rows of their own, those that are referenced before those that reference them.
    pub(crate) fn tables(&self, snapshot: &CatalogSnapshot) -> Vec<ObjectId> {
        let mut open: Vec<&ObjectId> = self
            .going
            .keys()
            .filter(|id| matches!(snapshot.get(id).map(|it| &it.object), Some(Object::Table(it)) if it.kind != 'f'))
            .collect();
        let mut ordered = Vec::new();
        while !open.is_empty() {
            let waits = |id: &ObjectId| {
                references(id, snapshot).any(|parent| parent != *id && open.contains(&&parent))
            };
            let (later, mut now): (Vec<&ObjectId>, Vec<&ObjectId>) =
                open.iter().copied().partition(|id| waits(id));
            if now.is_empty() {
                // A circle of foreign keys: any order is as good, as long as it is always the same.
                now = later;
            }
            ordered.extend(now.iter().copied().cloned());
            open.retain(|id| !now.contains(id));
        }
        ordered
    }

    fn take(&mut self, id: &ObjectId, snapshot: &CatalogSnapshot) {
        let Some(entry) = snapshot.get(id) else {
            return;
        };
        let reason = match id.kind {
            ObjectKind::Extension => {
                "others may call its functions by now, and nothing records that"
            }
            ObjectKind::DefaultPrivileges => "what they were before is not known",
            _ => {
                self.going.insert(id.clone(), entry.oid);
                return;
            }
        };
        self.kept.push(format!("{id} stays: {reason}"));
    }

    /// REINDEX CONCURRENTLY puts a new index in the place of the old one: same name, another OID. On a
    /// table of ours it goes with the table, like the index that backs a constraint of ours.
    fn take_rebuilt_indexes(&mut self, lost: &BTreeSet<&str>, snapshot: &CatalogSnapshot) {
        for (id, entry) in &snapshot.entries {
            let Object::Index(index) = &entry.object else {
                continue;
            };
            let backs_ours = index.constraint.as_ref().is_some_and(|constraint| {
                let schema = id.schema.as_deref().unwrap_or_default();
                let key =
                    ObjectId::on_table(ObjectKind::Constraint, schema, &index.table, constraint);
                self.going.contains_key(&key)
            });
            let rebuilt = lost.contains(id.to_string().as_str())
                && self.goes(id.schema.as_deref(), &index.table);
            if backs_ours || rebuilt {
                self.going.insert(id.clone(), entry.oid);
            }
        }
    }

    fn keep_used_schemas(&mut self, snapshot: &CatalogSnapshot) {
        let schemas: Vec<ObjectId> = self
            .going
            .keys()
            .filter(|id| id.kind == ObjectKind::Schema)
            .cloned()
            .collect();
        for schema in schemas {
            let inside = |id: &ObjectId, entry: &Entry| match &entry.object {
                Object::Extension(it) => it.schema == schema.name,
                _ => id.schema.as_ref() == Some(&schema.name),
            };
            let left: Vec<String> = snapshot
                .entries
                .iter()
                .filter(|(id, entry)| inside(id, entry) && !self.going.contains_key(id))
                .map(|(id, _)| id.to_string())
                .take(3)
                .collect();
            if !left.is_empty() {
                self.going.remove(&schema);
                let sentence = format!("{schema} stays: it is not empty ({})", left.join(", "));
                self.kept.push(sentence);
            }
        }
    }
}

/// The tables that a table references.
fn references<'a>(
    table: &'a ObjectId,
    snapshot: &'a CatalogSnapshot,
) -> impl Iterator<Item = ObjectId> + 'a {
    let schema = table.schema.as_deref().unwrap_or_default();
    snapshot
        .of_table(schema, &table.name)
        .filter_map(|(_, entry)| match &entry.object {
            Object::Constraint(it) => it.foreign_key.as_ref(),
            _ => None,
        })
        .map(|key| ObjectId::in_schema(ObjectKind::Table, &key.schema, &key.table))
}
