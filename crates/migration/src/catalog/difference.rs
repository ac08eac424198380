//! The difference of two catalog snapshots.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{CatalogSnapshot, Column, Entries, Entry, Object, Oid, Property, Table};
use crate::object::{ObjectId, ObjectKind};

/// What became of one object between two snapshots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It was not there before.
    Created,
    /// It is gone.
    Dropped,
    /// It has the same name and is another object: dropped and made again.
    Recreated(Changed),
    /// It is the same object and looks different.
    Altered(Changed),
}

/// In what an object differs, as sentences such as `column email: text → missing`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changed {
    /// Differences of its shape.
    pub shape: Vec<String>,
    /// Differences of who may use it.
    pub grants: Vec<String>,
    /// Differences of its owner and its comment.
    pub other: Vec<String>,
}

impl Changed {
    fn is_empty(&self) -> bool {
        self.shape.is_empty() && self.grants.is_empty() && self.other.is_empty()
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        [&self.shape, &self.grants, &self.other]
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }
}

/// Every object that differs between two snapshots.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// What became of each.
    pub changes: BTreeMap<ObjectId, Change>,
}

/// The objects whose names came, went or passed on to others, with their OIDs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ByOid<'a> {
    /// New ones.
    pub made: Vec<(&'a ObjectId, Oid)>,
    /// Those that are no more.
    pub gone: Vec<(&'a ObjectId, Oid)>,
    /// Those that have another name now, by that name.
    pub renamed: Vec<(&'a ObjectId, Oid)>,
}

impl Difference {
    /// Nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The objects that are new.
    pub fn created(&self) -> impl Iterator<Item = &ObjectId> {
        self.changes
            .iter()
            .filter(|(_, change)| matches!(change, Change::Created))
            .map(|(id, _)| id)
    }

    /// Leaves out what is about one privilege, which the database that is meant does not know.
    pub fn forget_privilege(&mut self, privilege: &str) {
        let (direct, by_default) = (format!("{privilege} to "), format!("={privilege}"));
        let is_about = |it: &String| it.starts_with(&direct) || it.contains(&by_default);
        self.changes.retain(|_, change| match change {
            Change::Created | Change::Dropped => true,
            Change::Altered(changed) | Change::Recreated(changed) => {
                let before = changed.clone();
                changed.grants.retain(|it| !is_about(it));
                changed.shape.retain(|it| !is_about(it));
                before == *changed || !changed.is_empty()
            }
        });
    }

    /// The objects that are the same under another name, by their OIDs: the old name and the new one.
    #[must_use]
    pub fn moved<'a>(
        &'a self,
        before: &CatalogSnapshot,
        after: &Entries,
    ) -> Vec<(&'a ObjectId, &'a ObjectId)> {
        let gone: BTreeMap<_, _> = self
            .dropped()
            .filter_map(|id| Some(((id.kind, before.get(id)?.oid), id)))
            .collect();
        self.created()
            .filter_map(|id| {
                let oid = after.get(id)?.oid;
                let old = gone.get(&(id.kind, oid)).filter(|_| oid != 0)?;
                Some((*old, id))
            })
            .collect()
    }

    /// What is new, gone and renamed where names do not count: a name may have gone from one object to another.
    #[must_use]
    pub fn by_oid<'a>(&'a self, before: &CatalogSnapshot, after: &CatalogSnapshot) -> ByOid<'a> {
        // What was created was not there, whatever `before` says: a step that is resumed finds what it has made.
        let oids = |snapshot: &CatalogSnapshot,
                    one: &Change|
         -> BTreeMap<(ObjectKind, Oid), &'a ObjectId> {
            let fits = |it: &Change| it == one || matches!(it, Change::Recreated(_));
            let named = self.changes.iter().filter(|(_, it)| fits(it));
            let with_oid = named.filter_map(|(id, _)| {
                let entry = snapshot.get(id).filter(|it| it.oid != 0)?;
                Some(((id.kind, entry.oid), id))
            });
            with_oid.collect()
        };
        let (old, new) = (
            oids(before, &Change::Dropped),
            oids(after, &Change::Created),
        );
        let mut found = ByOid::default();
        for (key, id) in &new {
            let list = if old.contains_key(key) {
                &mut found.renamed
            } else {
                &mut found.made
            };
            list.push((*id, key.1));
        }
        let gone = old.iter().filter(|(key, _)| !new.contains_key(*key));
        found.gone = gone.map(|(key, id)| (*id, key.1)).collect();
        found
    }

    /// The objects that are gone.
    pub fn dropped(&self) -> impl Iterator<Item = &ObjectId> {
        self.changes
            .iter()
            .filter(|(_, change)| matches!(change, Change::Dropped))
            .map(|(id, _)| id)
    }
}

/// Compares two snapshots of one database or of two.
#[must_use]
pub fn difference(before: &CatalogSnapshot, after: &CatalogSnapshot) -> Difference {
    compare(before, after, false)
}

/// Compares two snapshots taken inside one transaction of one database. An object whose catalog row
/// nobody wrote in between has not changed, whatever functions that look through Postgres' caches
/// (`pg_get_constraintdef` and its like, which see what other sessions committed) say about it.
#[must_use]
pub fn difference_within(before: &CatalogSnapshot, after: &CatalogSnapshot) -> Difference {
    compare(before, after, true)
}

fn compare(before: &CatalogSnapshot, after: &CatalogSnapshot, one_database: bool) -> Difference {
    let mut changes = BTreeMap::new();
    for (id, old) in &before.entries {
        let Some(new) = after.entries.get(id) else {
            changes.insert(id.clone(), Change::Dropped);
            continue;
        };
        if Arc::ptr_eq(old, new) {
            continue;
        }
        let same_row = old.oid == new.oid && old.row_version == new.row_version;
        let changed = if one_database && same_row && old.reads_through_caches() {
            // Comments are kept elsewhere, and read without the caches.
            Changed {
                other: old.compare_comments(new),
                ..Changed::default()
            }
        } else {
            old.compare(new)
        };
        if one_database && old.oid != new.oid {
            changes.insert(id.clone(), Change::Recreated(changed));
        } else if !changed.is_empty() {
            changes.insert(id.clone(), Change::Altered(changed));
        }
    }
    for id in after
        .entries
        .keys()
        .filter(|id| !before.entries.contains_key(*id))
    {
        changes.insert(id.clone(), Change::Created);
    }
    Difference { changes }
}

impl Entry {
    /// Its definition comes from a function that looks through the system caches.
    fn reads_through_caches(&self) -> bool {
        use super::Object::{Constraint, Function, Index, Policy, Rule, Table, Trigger, View};
        matches!(
            self.object,
            Constraint(_)
                | Function(_)
                | Index(_)
                | Policy(_)
                | Rule(_)
                | Table(_)
                | Trigger(_)
                | View(_)
        )
    }

    /// In what `other` differs from this object.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Changed {
        let mut changed = Changed {
            shape: differing(&self.shape(), &other.shape()),
            grants: differing(&self.grant_list(), &other.grant_list()),
            other: differing_word("owner", self.owner.as_ref(), other.owner.as_ref()),
        };
        changed.other.extend(self.compare_comments(other));
        if let (Object::Table(old), Object::Table(new)) = (&self.object, &other.object) {
            let grants = differing(&column_grants(old), &column_grants(new));
            changed.grants.extend(grants);
        }
        changed
    }

    fn compare_comments(&self, other: &Self) -> Vec<String> {
        let (old, new) = (self.comment.as_ref(), other.comment.as_ref());
        let mut sentences = differing_word("comment", old, new);
        if let (Object::Table(old), Object::Table(new)) = (&self.object, &other.object) {
            for column in &new.columns {
                let same_name = old.columns.iter().find(|it| it.name == column.name);
                sentences.extend(same_name.into_iter().flat_map(|old| {
                    let label = format!("comment on column {}", column.name);
                    differing_word(&label, old.comment.as_ref(), column.comment.as_ref())
                }));
            }
        }
        sentences
    }

    fn grant_list(&self) -> Vec<(String, String)> {
        let word = |grantable| {
            if grantable {
                "with grant option"
            } else {
                "granted"
            }
        };
        self.grants
            .iter()
            .map(|it| {
                (
                    format!("{} to {}", it.privilege, it.grantee),
                    word(it.grantable).to_owned(),
                )
            })
            .collect()
    }
}

fn column_grants(table: &Table) -> Vec<Property> {
    let of_column = |column: &Column| {
        let label = |grant| format!("column {}: {grant}", column.name);
        let held = column.grants.iter();
        held.map(|grant| (label(grant), "granted".to_owned()))
            .collect::<Vec<_>>()
    };
    table.columns.iter().flat_map(of_column).collect()
}

fn differing_word(label: &str, old: Option<&String>, new: Option<&String>) -> Vec<String> {
    let word = |it: Option<&String>| it.map_or("none", String::as_str).to_owned();
    if old == new {
        return Vec::new();
    }
    vec![format!("{label}: {} → {}", word(old), word(new))]
}

/// Compares two lists of properties by label, in the order of the first, then what only the second has.
fn differing(old: &[(String, String)], new: &[(String, String)]) -> Vec<String> {
    let new_by_label: BTreeMap<_, _> = new.iter().map(|(label, value)| (label, value)).collect();
    let old_by_label: BTreeMap<_, _> = old.iter().map(|(label, value)| (label, value)).collect();
    let mut sentences = Vec::new();
    for (label, value) in old {
        match new_by_label.get(label) {
            None => sentences.push(format!("{label}: {value} → missing")),
            Some(other) if *other != value => sentences.push(format!("{label}: {value} → {other}")),
            Some(_) => {}
        }
    }
    for (label, value) in new
        .iter()
        .filter(|(label, _)| !old_by_label.contains_key(label))
    {
        sentences.push(format!("{label}: missing → {value}"));
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::View;
    use crate::object::ObjectKind;

    fn snapshot(oid: u32, row_version: u32, definition: &str, comment: &str) -> CatalogSnapshot {
        let view = View {
            materialized: false,
            populated: true,
            definition: definition.to_owned(),
            columns: Vec::new(),
            options: Vec::new(),
        };
        let entry = Entry {
            oid,
            row_version,
            comment: Some(comment.to_owned()),
            ..Entry::bare(Object::View(view))
        };
        CatalogSnapshot {
            entries: [(id(), Arc::new(entry))].into_iter().collect(),
            ..CatalogSnapshot::default()
        }
    }

    fn id() -> ObjectId {
        ObjectId::in_schema(ObjectKind::View, "public", "v")
    }

    #[test]
    fn what_nobody_wrote_has_not_changed_within_a_transaction() {
        let old = snapshot(1, 10, "select a from t", "");
        let renamed_by_others = snapshot(1, 10, "select b from t", "");
        assert!(difference_within(&old, &renamed_by_others).is_empty());
        assert!(!difference(&old, &renamed_by_others).is_empty());
        let written = snapshot(1, 11, "select b from t", "");
        assert!(!difference_within(&old, &written).is_empty());
    }

    #[test]
    fn a_comment_is_not_part_of_the_row() {
        let old = snapshot(1, 10, "select 1", "old");
        let new = snapshot(1, 10, "select 1", "new");
        let changes = difference_within(&old, &new).changes;
        let Some(Change::Altered(changed)) = changes.get(&id()) else {
            unreachable!("{changes:?}");
        };
        assert_eq!(changed.all(), ["comment: old → new"]);
    }

    #[test]
    fn the_same_name_with_another_oid_is_made_again() {
        let old = snapshot(1, 10, "select 1", "");
        let new = snapshot(2, 10, "select 1", "");
        let changes = difference_within(&old, &new).changes;
        assert_eq!(
            changes.get(&id()),
            Some(&Change::Recreated(Changed::default()))
        );
    }

    #[test]
    fn a_name_may_pass_on_to_another_object() {
        let named = |objects: &[(&str, Oid)]| {
            let mut all = CatalogSnapshot::default();
            for (name, oid) in objects {
                let one = snapshot(*oid, 10, "select 1", "");
                let id = ObjectId::in_schema(ObjectKind::View, "public", *name);
                all.entries
                    .insert(id, Arc::clone(one.entries.values().next().unwrap()));
            }
            all
        };
        let before = named(&[
            ("same", 1),
            ("v", 2),
            ("next", 3),
            ("plain", 4),
            ("again", 5),
        ]);
        let after = named(&[("same", 1), ("v", 3), ("old", 2), ("new", 6), ("again", 7)]);
        let difference = difference_within(&before, &after);
        let found = difference.by_oid(&before, &after);
        let names = |list: &[(&ObjectId, Oid)]| -> Vec<String> {
            list.iter()
                .map(|(id, oid)| format!("{} {oid}", id.name))
                .collect()
        };
        assert_eq!(names(&found.made), ["new 6", "again 7"]);
        assert_eq!(names(&found.gone), ["plain 4", "again 5"]);
        assert_eq!(names(&found.renamed), ["old 2", "v 3"]);
    }
}
