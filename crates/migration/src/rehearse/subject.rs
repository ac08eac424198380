//! The project's tables whose rows belong to users, in an order in which rows can be put into them.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{CatalogSnapshot, Constraint, Entry, Object, Oid, Table};
use crate::object::{ObjectId, ObjectKind};
use crate::owner::{Owner, Ownership};
use crate::settings::IdentityTable;

/// A table of the project from which foreign keys lead to the identity table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The table.
    pub id: ObjectId,
    /// Its OID.
    pub oid: Oid,
    /// Its columns and flags.
    pub table: Table,
    /// The columns of its primary key, in order.
    pub primary_key: Vec<String>,
    /// Its foreign keys.
    pub keys: Vec<Key>,
    /// Its CHECK constraints: name, columns, definition.
    pub checks: Vec<(String, Vec<String>, String)>,
}

/// A foreign key of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// The referencing columns, in order.
    pub columns: Vec<String>,
    /// Where it points.
    pub target: Target,
    /// The referenced columns, in order.
    pub target_columns: Vec<String>,
    /// `confdeltype`: `a` no action, `r` restrict, `c` cascade, `n` set null, `d` set default.
    pub on_delete: char,
    /// None of its columns may be null.
    pub required: bool,
}

/// Where a foreign key of a subject points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To the key of the identity table.
    Identity,
    /// To the subject at this position, which comes earlier.
    Subject(usize),
    /// To itself, or to a subject that comes later.
    Later(ObjectId),
    /// To some other table.
    Elsewhere(ObjectId),
}

/// A table that is not rehearsed, and why.
pub type LeftOut = (ObjectId, String);

/// What is rehearsed, and what is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subjects {
    /// In an order in which each one's foreign keys point at earlier ones.
    pub subjects: Vec<Subject>,
    /// The project's other tables.
    pub left_out: Vec<LeftOut>,
}

type Constraints<'a> = Vec<(&'a ObjectId, &'a Constraint)>;

/// The project's tables as `ownership` says, and how their rows belong to rows of `identity`.
#[must_use]
pub fn subjects(
    present: &CatalogSnapshot,
    ownership: &Ownership,
    identity: &IdentityTable,
) -> Subjects {
    let mut finder = Finder::of(present, ownership, identity);
    let mut found = Subjects::default();
    let owned = finder.reachable();
    for id in finder.tables.keys() {
        if !owned.contains(id) {
            let users = format!("{}.{}", identity.schema, identity.name);
            let reason = format!("no foreign key leads from it to {users}");
            found.left_out.push(((*id).clone(), reason));
        }
    }
    let mut open: Vec<&ObjectId> = owned.into_iter().collect();
    while let Some(at) = open.iter().position(|id| finder.is_next(id, &open)) {
        let id = open.remove(at);
        if let Some(subject) = finder.subject(id) {
            finder.placed.insert(id, found.subjects.len());
            found.subjects.push(subject);
        }
    }
    for id in open {
        let reason = "its foreign keys and those of other tables form a circle".to_owned();
        found.left_out.push((id.clone(), reason));
    }
    found
}

struct Finder<'a> {
    present: &'a CatalogSnapshot,
    identity: Option<Oid>,
    identity_column: &'a str,
    /// The project's tables.
    tables: BTreeMap<&'a ObjectId, &'a Entry>,
    by_oid: BTreeMap<Oid, &'a ObjectId>,
    constraints: BTreeMap<ObjectId, Constraints<'a>>,
    placed: BTreeMap<&'a ObjectId, usize>,
}

impl<'a> Finder<'a> {
    fn of(
        present: &'a CatalogSnapshot,
        ownership: &'a Ownership,
        identity: &'a IdentityTable,
    ) -> Self {
        let users = ObjectId::in_schema(ObjectKind::Table, &identity.schema, &identity.name);
        let entries = present.entries.iter().map(|(id, entry)| (id, &**entry));
        let tables: BTreeMap<_, _> = entries
            .clone()
            .filter(|(id, entry)| match &entry.object {
                Object::Table(table) => {
                    is_plain(table) && ownership.owner(id, present) == Owner::Ours
                }
                _ => false,
            })
            .collect();
        let mut constraints: BTreeMap<ObjectId, Constraints<'a>> = BTreeMap::new();
        for (id, entry) in entries.clone() {
            if let (Object::Constraint(it), Some(table)) = (&entry.object, id.parent_table()) {
                constraints.entry(table).or_default().push((id, it));
            }
        }
        Self {
            present,
            identity: present.get(&users).map(|entry| entry.oid),
            identity_column: &identity.column,
            tables,
            by_oid: entries
                .filter(|(id, _)| id.kind == ObjectKind::Table)
                .map(|(id, entry)| (entry.oid, id))
                .collect(),
            constraints,
            placed: BTreeMap::new(),
        }
    }

    fn of_table(&self, id: &ObjectId) -> &[(&'a ObjectId, &'a Constraint)] {
        self.constraints.get(id).map_or(&[], Vec::as_slice)
    }

    /// The tables that foreign keys of this one point at, and whether null would do.
    fn targets(&self, id: &ObjectId) -> impl Iterator<Item = (Oid, bool)> {
        let table = self.present.get(id).map(|entry| &entry.object);
        self.of_table(id).iter().filter_map(move |(_, constraint)| {
            let key = constraint.foreign_key.as_ref()?;
            Some((key.table_oid, is_required(table, &constraint.columns)))
        })
    }

    /// The project's tables from which foreign keys lead to the identity table.
    fn reachable(&self) -> BTreeSet<&'a ObjectId> {
        let mut reached: BTreeSet<Oid> = self.identity.into_iter().collect();
        let mut found = BTreeSet::new();
        loop {
            let next = self.tables.iter().find(|(id, _)| {
                !found.contains(*id) && self.targets(id).any(|(oid, _)| reached.contains(&oid))
            });
            let Some((id, entry)) = next else {
                return found;
            };
            found.insert(*id);
            reached.insert(entry.oid);
        }
    }

    /// Every foreign key that must not be null points at something that is placed, and one leads on.
    fn is_next(&self, id: &ObjectId, open: &[&ObjectId]) -> bool {
        let waits = |oid: Oid| {
            open.iter()
                .any(|it| self.tables.get(it).is_some_and(|it| it.oid == oid))
        };
        let leads = |oid: Oid| {
            self.identity == Some(oid)
                || self
                    .by_oid
                    .get(&oid)
                    .is_some_and(|it| self.placed.contains_key(*it))
        };
        self.targets(id)
            .all(|(oid, required)| !required || !waits(oid))
            && self.targets(id).any(|(oid, _)| leads(oid))
    }

    fn subject(&self, id: &ObjectId) -> Option<Subject> {
        let entry = self.tables.get(id)?;
        let Object::Table(table) = &entry.object else {
            return None;
        };
        let constraints = self.of_table(id);
        let primary = constraints.iter().find(|(_, it)| it.kind == 'p');
        let checks = constraints.iter().filter(|(_, it)| it.kind == 'c');
        Some(Subject {
            id: id.clone(),
            oid: entry.oid,
            table: table.clone(),
            primary_key: primary
                .map(|(_, it)| it.columns.clone())
                .unwrap_or_default(),
            keys: constraints
                .iter()
                .filter_map(|(id, it)| self.key(id, it))
                .collect(),
            checks: checks
                .map(|(id, it)| (id.name.clone(), it.columns.clone(), it.definition.clone()))
                .collect(),
        })
    }

    fn key(&self, id: &ObjectId, constraint: &Constraint) -> Option<Key> {
        let key = constraint.foreign_key.as_ref()?;
        let table = self
            .present
            .get(&id.parent_table()?)
            .map(|entry| &entry.object);
        let there = self.by_oid.get(&key.table_oid).map(|it| (*it).clone());
        let there = there
            .unwrap_or_else(|| ObjectId::in_schema(ObjectKind::Table, &key.schema, &key.table));
        let target =
            if self.identity == Some(key.table_oid) && key.columns == [self.identity_column] {
                Target::Identity
            } else if let Some(at) = self.placed.get(&there) {
                Target::Subject(*at)
            } else if self.tables.contains_key(&there) {
                Target::Later(there)
            } else {
                Target::Elsewhere(there)
            };
        Some(Key {
            name: id.name.clone(),
            columns: constraint.columns.clone(),
            target,
            target_columns: key.columns.clone(),
            on_delete: key.on_delete,
            required: is_required(table, &constraint.columns),
        })
    }
}

/// A table that rows are put into directly: no foreign table, no partition.
fn is_plain(table: &Table) -> bool {
    let partition = table.partition.as_deref().unwrap_or_default();
    let is_partition = !table.parents.is_empty()
        && !partition.is_empty()
        && !partition.starts_with("PARTITION BY");
    table.kind != 'f' && !is_partition
}

fn is_required(table: Option<&Object>, columns: &[String]) -> bool {
    let Some(Object::Table(table)) = table else {
        return false;
    };
    let mut of_key = table.columns.iter().filter(|it| columns.contains(&it.name));
    of_key.all(|column| column.not_null)
}
