//! The order in which objects can be dropped one after the other without CASCADE.

use std::collections::{BTreeMap, BTreeSet};

use lodger_migration::catalog::{CatalogSnapshot, Object};
use lodger_migration::object::{ObjectId, ObjectKind};

use super::scope::Scope;
use super::undo::Undo;

/// One statement that takes something out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Drop {
    /// Drops one object.
    One(ObjectId),
    /// Drops several tables at once, because they reference each other.
    Tables(Vec<ObjectId>),
    /// Takes a default away from a column of a table that goes next: it needs a function that needs the table.
    Default {
        /// The table.
        table: ObjectId,
        /// Its column.
        column: String,
    },
    /// Drops columns that were added to a table that stays.
    Columns {
        /// The table.
        table: ObjectId,
        /// Its columns.
        columns: Vec<String>,
    },
}

impl Drop {
    /// The objects that it names.
    pub(crate) fn objects(&self) -> &[ObjectId] {
        match self {
            Self::One(id) => std::slice::from_ref(id),
            Self::Tables(ids) => ids,
            Self::Default { table, .. } | Self::Columns { table, .. } => {
                std::slice::from_ref(table)
            }
        }
    }

    /// It is a trigger or a policy of a table that stays: under supautils a matter of its own.
    pub(crate) fn is_attachment(&self, scope: &Scope) -> bool {
        match self {
            Self::One(id) if matches!(id.kind, ObjectKind::Trigger | ObjectKind::Policy) => !scope
                .goes(
                    id.schema.as_deref(),
                    id.table.as_deref().unwrap_or_default(),
                ),
            _ => false,
        }
    }
}

/// Puts what goes into an order: whatever needs something goes before it. Parts of a table go with it.
pub(crate) fn order(scope: &Scope, undo: &Undo, snapshot: &CatalogSnapshot) -> Vec<Drop> {
    let mut work = Work::of(scope, undo, snapshot);
    let mut drops = Vec::new();
    while !work.open.is_empty() {
        let free = work.free();
        if !free.is_empty() {
            drops.extend(free.iter().map(|id| match undo.columns.get(id) {
                Some(columns) => Drop::Columns {
                    table: id.clone(),
                    columns: columns.clone(),
                },
                None => Drop::One(id.clone()),
            }));
            work.done(&free);
            continue;
        }
        let tables = work.free_tables();
        if !tables.is_empty() {
            work.done(&tables);
            // A foreign table has a command of its own, and nothing can reference it.
            let (foreign, plain) = tables
                .into_iter()
                .partition::<Vec<_>, _>(|id| is_foreign(id, snapshot));
            drops.extend(foreign.into_iter().map(Drop::One));
            if !plain.is_empty() {
                drops.push(Drop::Tables(plain));
            }
            continue;
        }
        if work.loosen(&mut drops) {
            continue;
        }
        // Nothing is free: Postgres says what is in the way, and nothing is committed.
        drops.extend(work.open.iter().cloned().map(Drop::One));
        work.open.clear();
    }
    drops
}

struct Work<'a> {
    scope: &'a Scope,
    undo: &'a Undo,
    snapshot: &'a CatalogSnapshot,
    /// What still has to be dropped by a statement of its own.
    open: BTreeSet<ObjectId>,
    /// Who needs whom: on what, by whom. Parts stand for what they go with.
    needed_by: BTreeMap<ObjectId, BTreeSet<ObjectId>>,
    loosened: bool,
}

impl<'a> Work<'a> {
    fn of(scope: &'a Scope, undo: &'a Undo, snapshot: &'a CatalogSnapshot) -> Self {
        let mut work = Self {
            scope,
            undo,
            snapshot,
            open: BTreeSet::new(),
            needed_by: BTreeMap::new(),
            loosened: false,
        };
        work.build();
        work
    }

    fn build(&mut self) {
        self.needed_by.clear();
        let going = self.scope.going.keys();
        let carriers: BTreeMap<&ObjectId, ObjectId> = going
            .map(|id| (id, carrier(id, self.scope, self.snapshot, self.loosened)))
            .chain(self.undo.columns.keys().map(|id| (id, id.clone())))
            .collect();
        self.open = carriers.values().cloned().collect();
        for needs in self.snapshot.dependencies.iter() {
            let (Some(by), Some(on)) = (carriers.get(&needs.dependent), carriers.get(&needs.on))
            else {
                continue;
            };
            let by_default = self.loosened
                && needs.dependent.kind == ObjectKind::Table
                && matches!(needs.on.kind, ObjectKind::Function | ObjectKind::Sequence);
            if by != on && !by_default {
                self.needed_by
                    .entry(on.clone())
                    .or_default()
                    .insert(by.clone());
            }
        }
    }

    fn needs(&self, on: &ObjectId) -> impl Iterator<Item = &ObjectId> {
        let by = self.needed_by.get(on).into_iter().flatten();
        by.filter(|id| self.open.contains(*id))
    }

    /// What nothing needs any more, apart from tables that go: those go together.
    fn free(&self) -> Vec<ObjectId> {
        let free = |id: &&ObjectId| self.needs(id).next().is_none();
        let others = self.open.iter().filter(|id| !self.is_going_table(id));
        others.filter(free).cloned().collect()
    }

    fn is_going_table(&self, id: &ObjectId) -> bool {
        id.kind == ObjectKind::Table && !self.undo.columns.contains_key(id)
    }

    /// The tables that nothing needs but such tables.
    fn free_tables(&self) -> Vec<ObjectId> {
        let mut tables: BTreeSet<ObjectId> = self
            .open
            .iter()
            .filter(|id| self.is_going_table(id))
            .cloned()
            .collect();
        loop {
            let stuck: Vec<ObjectId> = tables
                .iter()
                .filter(|id| self.needs(id).any(|by| !tables.contains(by)))
                .cloned()
                .collect();
            if stuck.is_empty() {
                return tables.into_iter().collect();
            }
            for id in &stuck {
                tables.remove(id);
            }
        }
    }

    fn done(&mut self, dropped: &[ObjectId]) {
        for id in dropped {
            self.open.remove(id);
        }
    }

    /// Tables and functions that need each other: the tables' parts and defaults go first, by themselves.
    fn loosen(&mut self, drops: &mut Vec<Drop>) -> bool {
        if self.loosened {
            return false;
        }
        self.loosened = true;
        let left = self.open.clone();
        self.build();
        self.open.retain(|id| {
            let table = id.parent_table();
            left.contains(id) || table.is_some_and(|table| left.contains(&table))
        });
        for table in left.iter().filter(|id| self.is_going_table(id)) {
            let Some(Object::Table(it)) = self.snapshot.get(table).map(|entry| &entry.object)
            else {
                continue;
            };
            let plain = it.columns.iter().filter(|column| {
                column.default.is_some() && column.generated.is_none() && column.identity.is_none()
            });
            drops.extend(plain.map(|column| Drop::Default {
                table: table.clone(),
                column: column.name.clone(),
            }));
        }
        true
    }
}

fn is_foreign(id: &ObjectId, snapshot: &CatalogSnapshot) -> bool {
    matches!(snapshot.get(id).map(|it| &it.object), Some(Object::Table(it)) if it.kind == 'f')
}

/// The object whose drop takes `id` along: its table, its constraint, or itself.
fn carrier(id: &ObjectId, scope: &Scope, snapshot: &CatalogSnapshot, loosened: bool) -> ObjectId {
    let schema = id.schema.as_deref().unwrap_or_default();
    let whole = |name: &str| {
        [ObjectKind::Table, ObjectKind::View]
            .iter()
            .map(|kind| ObjectId::in_schema(*kind, schema, name))
            .find(|whole| scope.going.contains_key(whole))
    };
    let entry = snapshot.get(id);
    match entry.map(|entry| &entry.object) {
        Some(Object::Index(index)) => {
            let key = index
                .constraint
                .as_ref()
                .map(|name| ObjectId::on_table(ObjectKind::Constraint, schema, &index.table, name));
            let key = key.filter(|key| scope.going.contains_key(key));
            whole(&index.table).or(key)
        }
        Some(Object::Sequence(it)) if it.owned_by.is_some() => owner_table(id, scope, snapshot),
        Some(Object::Trigger(_) | Object::Policy(_) | Object::Rule(_)) if loosened => None,
        Some(Object::Constraint(it)) if loosened && it.kind == 'c' => None,
        _ => id.table.as_deref().and_then(whole),
    }
    .unwrap_or_else(|| id.clone())
}

fn owner_table(id: &ObjectId, scope: &Scope, snapshot: &CatalogSnapshot) -> Option<ObjectId> {
    snapshot
        .dependencies
        .iter()
        .find(|it| it.dependent == *id && it.on.kind == ObjectKind::Table)
        .map(|it| it.on.clone())
        .filter(|table| scope.going.contains_key(table))
}
