//! The difference of two catalog snapshots.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{CatalogSnapshot, Entry};
use crate::object::ObjectId;

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
        let untouched = old.row_version == new.row_version && old.reads_through_caches();
        if one_database && old.oid == new.oid && untouched {
            continue;
        }
        let changed = old.compare(new);
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
        use super::Object::{Constraint, Index, Policy, Rule, Trigger, View};
        matches!(
            self.object,
            Constraint(_) | Index(_) | Policy(_) | Rule(_) | Trigger(_) | View(_)
        )
    }

    /// In what `other` differs from this object.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Changed {
        let mut changed = Changed {
            shape: differing(&self.shape(), &other.shape()),
            grants: differing(&self.grant_list(), &other.grant_list()),
            other: Vec::new(),
        };
        let mut say = |label: &str, old: &Option<String>, new: &Option<String>| {
            if old != new {
                let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".into());
                changed
                    .other
                    .push(format!("{label}: {} → {}", word(old), word(new)));
            }
        };
        say("owner", &self.owner, &other.owner);
        say("comment", &self.comment, &other.comment);
        if let (super::Object::Table(old), super::Object::Table(new)) =
            (&self.object, &other.object)
        {
            let column_grants = |table: &super::Table| {
                let held = table.columns.iter().flat_map(|column| {
                    column.grants.iter().map(|grant| {
                        (
                            format!("column {}: {grant}", column.name),
                            "granted".to_owned(),
                        )
                    })
                });
                held.collect::<Vec<_>>()
            };
            changed
                .grants
                .extend(differing(&column_grants(old), &column_grants(new)));
            for column in &new.columns {
                let old = old.columns.iter().find(|it| it.name == column.name);
                if let Some(old) = old.filter(|old| old.comment != column.comment) {
                    let word = |it: &Option<String>| it.clone().unwrap_or_else(|| "none".into());
                    changed.other.push(format!(
                        "comment on column {}: {} → {}",
                        column.name,
                        word(&old.comment),
                        word(&column.comment)
                    ));
                }
            }
        }
        changed
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
