//! What stands on a throw-away database, kept up to date from statement to statement.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lodger_migration::catalog::{
    CatalogSnapshot, Difference, Entries, Entry, Object, Oid, difference_within,
};
use lodger_migration::object::{ObjectId, ObjectKind};

/// The catalog now, and what stood there when the step began.
pub(super) struct State {
    now: CatalogSnapshot,
    /// What the step has changed so far, as it was before; `None` for what was not there.
    before_step: BTreeMap<ObjectId, Option<Arc<Entry>>>,
    /// How often everything was taken over.
    #[cfg(feature = "testing")]
    pub(super) replaced: usize,
}

impl State {
    pub(super) fn new(now: CatalogSnapshot) -> Self {
        Self {
            now,
            before_step: BTreeMap::new(),
            #[cfg(feature = "testing")]
            replaced: 0,
        }
    }

    pub(super) fn now(&self) -> &CatalogSnapshot {
        &self.now
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
    pub(super) fn replace(&mut self, after: CatalogSnapshot) -> (Difference, Entries) {
        #[cfg(feature = "testing")]
        {
            self.replaced += 1;
        }
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

    /// Takes over a look at the objects `touched`. Refuses, and changes nothing, when what it shows may
    /// show in other objects too: something has another name, or is gone.
    pub(super) fn update(
        &mut self,
        touched: &[Oid],
        part: Entries,
    ) -> Option<(Difference, Entries)> {
        if !is_whole(&self.now.entries, touched, &part) {
            return None;
        }
        let old = self.now.entries.clone();
        let differing = self.take_over(part);
        Some(self.note(&old, &differing))
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

/// Is everything that stood there before still there, under the same names? Definitions of other objects
/// are printed with these names.
fn is_whole(before: &Entries, touched: &[Oid], part: &Entries) -> bool {
    let touched: BTreeSet<Oid> = touched.iter().copied().collect();
    let relations: BTreeSet<(&str, &str)> = part
        .iter()
        .filter(|(id, entry)| is_relation(id.kind) && touched.contains(&entry.oid))
        .filter_map(|(id, _)| Some((id.schema.as_deref()?, id.name.as_str())))
        .collect();
    before.iter().all(|(id, old)| match part.get(id) {
        Some(new) => keeps_names(old, new),
        None => match whole(id, old) {
            Some(relation) => !relations.contains(&relation),
            None => !touched.contains(&old.oid),
        },
    })
}

fn is_relation(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::Table | ObjectKind::View)
}

/// The relation that an object belongs to.
fn whole<'a>(id: &'a ObjectId, entry: &'a Entry) -> Option<(&'a str, &'a str)> {
    let table = match &entry.object {
        Object::Index(index) => Some(index.table.as_str()),
        _ => id.table.as_deref(),
    };
    id.schema.as_deref().zip(table)
}

/// Columns and labels of enums are named in definitions of other objects; what else a type consists of
/// shows there in ways of its own. What belongs to a relation may have another OID, after a change of a
/// column's type; anything else is another object then.
fn keeps_names(old: &Entry, new: &Entry) -> bool {
    match (&old.object, &new.object) {
        (Object::Table(old_table), Object::Table(new_table)) => {
            let has = |name: &str| new_table.columns.iter().any(|it| it.name == name);
            old.oid == new.oid && old_table.columns.iter().all(|it| has(&it.name))
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
