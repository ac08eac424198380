//! What stands on a throw-away database, kept up to date from statement to statement.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lodger_migration::catalog::{
    CatalogSnapshot, Difference, Entries, Entry, Object, Oid, difference_within,
};
use lodger_migration::object::{ObjectId, ObjectKind};

use super::observed::Dropped;
use super::places::{PARTS_OF_RELATIONS, Places, is_relation};
use crate::catalog::{Kinds, Surroundings, Touched};

/// The catalog now, and what stood there when the step began.
pub(super) struct State {
    now: CatalogSnapshot,
    /// What looks at a part start from.
    around: Surroundings,
    places: Places,
    /// What the step has changed so far, as it was before; `None` for what was not there.
    before_step: BTreeMap<ObjectId, Option<Arc<Entry>>>,
    /// How often everything was taken over.
    #[cfg(feature = "testing")]
    pub(super) replaced: usize,
}

impl State {
    pub(super) fn new((now, around): (CatalogSnapshot, Surroundings)) -> Self {
        Self {
            places: Places::of(&now.entries),
            now,
            around,
            before_step: BTreeMap::new(),
            #[cfg(feature = "testing")]
            replaced: 0,
        }
    }

    pub(super) fn now(&self) -> &CatalogSnapshot {
        &self.now
    }

    /// What is known of everything that a look at a part does not show; the look brings it up to date.
    pub(super) fn around(&mut self) -> &mut Surroundings {
        &mut self.around
    }

    /// The table or view of this OID.
    pub(super) fn relation(&self, oid: Oid) -> Option<&ObjectId> {
        self.places.relation(oid)
    }

    pub(super) fn begin_step(&mut self) {
        self.before_step.clear();
    }

    /// What the step has changed since it began, and what the changed objects are now.
    pub(super) fn of_step(&self) -> (Difference, Entries) {
        let before = self.before_step.iter();
        let before =
            before.filter_map(|(id, entry)| Some((id.clone(), Arc::clone(entry.as_ref()?))));
        self.compare(before.collect(), self.before_step.keys())
    }

    /// Takes over a look at everything; tells what differs and what that is now. What is the same stays
    /// shared with the copies that others keep.
    pub(super) fn replace(
        &mut self,
        (after, around): (CatalogSnapshot, Surroundings),
    ) -> (Difference, Entries) {
        #[cfg(feature = "testing")]
        {
            self.replaced += 1;
        }
        self.around = around;
        self.places = Places::of(&after.entries);
        let entries = self.now.entries.clone();
        let old = std::mem::replace(
            &mut self.now,
            CatalogSnapshot {
                server: after.server,
                entries,
                dependencies: after.dependencies,
            },
        );
        let mut differing = BTreeSet::new();
        for id in old
            .entries
            .keys()
            .filter(|id| !after.entries.contains_key(*id))
        {
            self.now.entries.remove(id);
            differing.insert(id.clone());
        }
        differing.extend(self.take_over(after.entries));
        self.note(&old.entries, &differing)
    }

    /// Takes over a look at the objects `touched`, from which `dropped` are gone. Refuses, and changes
    /// nothing, when what it shows may show in other objects too: something has another name, or is gone
    /// without a word.
    pub(super) fn update(
        &mut self,
        touched: &Touched,
        dropped: &[Dropped],
        part: Entries,
    ) -> Option<(Difference, Entries)> {
        let wholes = dropped.iter().filter(|it| it.part == 0);
        let gone = wholes.filter_map(|it| self.places.get(it.class, it.oid).cloned());
        let gone: BTreeSet<ObjectId> = gone.collect();
        if !self.is_whole(touched, dropped, &gone, &part) {
            return None;
        }
        let old = self.now.entries.clone();
        for id in &gone {
            if let Some(entry) = self.now.entries.remove(id) {
                self.places.remove(id, entry.oid);
            }
        }
        for (id, entry) in &part {
            self.places.add(id, entry.oid);
        }
        let mut differing = self.take_over(part);
        differing.extend(gone);
        Some(self.note(&old, &differing))
    }

    /// Is everything that stood there before still there, under the same names? Definitions of other
    /// objects are printed with these names.
    fn is_whole(
        &self,
        touched: &Touched,
        dropped: &[Dropped],
        gone: &BTreeSet<ObjectId>,
        part: &Entries,
    ) -> bool {
        let before = &self.now.entries;
        let lost = dropped.iter().filter(|it| it.part != 0);
        let lost: BTreeSet<Oid> = lost.map(|it| it.oid).collect();
        let kept = part
            .iter()
            .filter(|(id, _)| !gone.contains(*id))
            .all(|(id, new)| {
                let old = before.get(id);
                old.is_none_or(|old| keeps_names(old, new, lost.contains(&new.oid)))
            });
        let places = touched
            .objects
            .iter()
            .flat_map(|it| self.places.wholes(*it));
        let looked_at = |id: &&ObjectId| {
            let oid = before.get(*id).map(|it| it.oid);
            let relation = is_relation(id.kind);
            is_looked_at(touched.kinds, id.kind)
                && (!relation || oid.is_some_and(|it| touched.relations.contains(&it)))
        };
        let there = |id: &ObjectId| part.contains_key(id) || gone.contains(id);
        let mut wholes = places.filter(looked_at);
        kept && wholes.all(&there) && self.parts_are_whole(touched, there)
    }

    fn parts_are_whole(&self, touched: &Touched, there: impl Fn(&ObjectId) -> bool) -> bool {
        let kinds = PARTS_OF_RELATIONS.into_iter();
        let kinds: Vec<ObjectKind> = kinds
            .filter(|it| is_looked_at(touched.kinds, *it))
            .collect();
        let mut relations = touched
            .objects
            .iter()
            .filter_map(|oid| self.relation(*oid))
            .filter_map(|id| Some((id.schema.as_deref()?, id.name.as_str())));
        relations.all(|(schema, name)| {
            kinds.iter().all(|kind| {
                let mut parts = self.now.parts(*kind, schema, name);
                parts.all(|(id, _)| there(id))
            })
        })
    }

    fn take_over(&mut self, entries: Entries) -> BTreeSet<ObjectId> {
        let mut differing = BTreeSet::new();
        for (id, entry) in entries {
            if self.now.entries.get(&id) != Some(&entry) {
                self.now.entries.insert(id.clone(), entry);
                differing.insert(id);
            }
        }
        differing
    }

    fn note(&mut self, old: &Entries, differing: &BTreeSet<ObjectId>) -> (Difference, Entries) {
        let mut before = Entries::new();
        for id in differing {
            let entry = old.get(id).map(Arc::clone);
            if let Some(entry) = &entry {
                before.insert(id.clone(), Arc::clone(entry));
            }
            self.before_step.entry(id.clone()).or_insert(entry);
        }
        self.compare(before, differing.iter())
    }

    /// The difference of some objects, and those of them that differ.
    fn compare<'a>(
        &self,
        before: Entries,
        ids: impl Iterator<Item = &'a ObjectId>,
    ) -> (Difference, Entries) {
        let now = ids.filter_map(|id| Some((id.clone(), Arc::clone(self.now.entries.get(id)?))));
        let now = some(now.collect());
        let difference = difference_within(&some(before), &now);
        let differing = difference.changes.keys();
        let entries =
            differing.filter_map(|id| Some((id.clone(), Arc::clone(now.entries.get(id)?))));
        let entries = entries.collect();
        (difference, entries)
    }
}

fn some(entries: Entries) -> CatalogSnapshot {
    CatalogSnapshot {
        entries,
        ..CatalogSnapshot::default()
    }
}

/// Does a look at these kinds show objects of that one?
fn is_looked_at(kinds: Kinds, kind: ObjectKind) -> bool {
    match kind {
        ObjectKind::Table => kinds.tables,
        ObjectKind::View => kinds.views,
        ObjectKind::Schema => kinds.schemas,
        ObjectKind::Type => kinds.types,
        ObjectKind::Sequence => kinds.sequences,
        ObjectKind::Function => kinds.functions,
        ObjectKind::Constraint => kinds.constraints,
        ObjectKind::Index => kinds.indexes,
        ObjectKind::Trigger => kinds.triggers,
        ObjectKind::Policy => kinds.policies,
        ObjectKind::Rule => kinds.rules,
        ObjectKind::Publication => kinds.publications,
        _ => false,
    }
}

/// Columns and labels of enums are named in definitions of other objects; what else a type consists of
/// shows there in ways of its own. What belongs to a relation may have another OID, after a change of a
/// column's type; anything else is another object then. A column that was dropped (`lost`) took along what
/// named it.
fn keeps_names(old: &Entry, new: &Entry, lost: bool) -> bool {
    match (&old.object, &new.object) {
        (Object::Table(old_table), Object::Table(new_table)) => {
            let has = |name: &str| new_table.columns.iter().any(|it| it.name == name);
            old.oid == new.oid && (lost || old_table.columns.iter().all(|it| has(&it.name)))
        }
        (Object::View(old_view), Object::View(new_view)) => {
            let has = |name: &str| new_view.columns.iter().any(|it| it.0 == name);
            old.oid == new.oid && old_view.columns.iter().all(|it| has(&it.0))
        }
        (Object::Type(old_type), Object::Type(new_type)) if old_type.kind == 'e' => {
            old.oid == new.oid && old_type.parts.iter().all(|it| new_type.parts.contains(it))
        }
        (Object::Type(old_type), Object::Type(new_type)) => {
            old.oid == new.oid && old_type == new_type
        }
        _ => true,
    }
}
