//! Which objects of a database a set of migrations can touch: those a mirror has to hold.
//!
//! Whatever a migration names is in reach, and so is what depends on that (a CASCADE takes it along)
//! and what any of it needs in order to exist. Words count wherever they stand, also in strings and in
//! the bodies of functions, because a DO block may look a table up by name.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{CatalogSnapshot, Entry, Object};
use crate::migration::Migration;
use crate::object::{ObjectId, ObjectKind};
use crate::owner::is_landlord_schema;
use crate::parse;
use crate::statement::{MentionRole, StatementKind};

/// The objects in reach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Named, or dependent on something named: held with everything that hangs on them.
    pub full: BTreeSet<ObjectId>,
    /// Needed by one of the others: held alone.
    pub needed: BTreeSet<ObjectId>,
}

impl Reach {
    /// The names of the extensions in reach.
    #[must_use]
    pub fn extensions(&self) -> BTreeSet<String> {
        let all = self.full.iter().chain(&self.needed);
        let extensions = all.filter(|id| id.kind == ObjectKind::Extension);
        extensions.map(|id| id.name.clone()).collect()
    }

    /// Is it in reach at all?
    #[must_use]
    pub fn contains(&self, id: &ObjectId) -> bool {
        self.full.contains(id) || self.needed.contains(id)
    }
}

/// Finds the objects of `present` that `migrations` can touch. `declared` are the names that they create.
#[must_use]
pub fn reach(
    present: &CatalogSnapshot,
    migrations: &[&Migration],
    declared: &BTreeSet<String>,
) -> Reach {
    let named = Named::of(migrations, declared);
    let edges = Edges::of(present);
    let mut reach = Reach::default();
    let seeds = present
        .entries
        .iter()
        .filter(|(id, entry)| named.is_seed(id) || acts_unnamed(entry));
    let mut open: Vec<&ObjectId> = seeds.map(|(id, _)| id).collect();
    while let Some(id) = open.pop() {
        if !reach.full.insert(id.clone()) {
            continue;
        }
        // What stands in the landlord's schemas has dependents in every project: they count only
        // where a migration wants to drop or change the landlord's object itself.
        let landlords = id.schema.as_deref().is_some_and(is_landlord_schema);
        // Everything in a schema depends on it; it counts where the whole schema is meant.
        let whole = id.kind != ObjectKind::Schema || named.whole_schemas.contains(&id.name);
        if whole && (!landlords || named.changed.contains(&id.name)) {
            open.extend(edges.dependents(id));
        }
        if id.kind == ObjectKind::Table {
            open.extend(edges.parts(id));
        }
    }
    let mut open: Vec<&ObjectId> = reach.full.iter().flat_map(|id| edges.needs(id)).collect();
    while let Some(id) = open.pop() {
        if reach.full.contains(id) || !reach.needed.insert(id.clone()) {
            continue;
        }
        open.extend(edges.needs(id));
        open.extend(edges.parts(id).filter(|part| edges.is_key(part)));
    }
    reach
}

/// It acts on whatever a migration makes, without being named. The landlord's event triggers are left
/// out: they notify the API's server, and change nothing of the project's.
fn acts_unnamed(entry: &Entry) -> bool {
    match &entry.object {
        Object::DefaultPrivileges(_) => true,
        Object::EventTrigger(it) => {
            let schema = it.function.split('.').next().unwrap_or_default();
            !is_landlord_schema(schema)
        }
        _ => false,
    }
}

/// Catalogs and views that list objects, as a block that goes through them names them.
const CATALOGS: &[&str] = &[
    "columns",
    "pg_class",
    "pg_constraint",
    "pg_indexes",
    "pg_matviews",
    "pg_policies",
    "pg_policy",
    "pg_proc",
    "pg_sequences",
    "pg_stat_user_tables",
    "pg_tables",
    "pg_trigger",
    "pg_type",
    "pg_views",
    "routines",
    "sequences",
    "tables",
    "triggers",
    "views",
];

/// The names in the migrations.
struct Named {
    words: BTreeSet<String>,
    changed: BTreeSet<String>,
    whole_schemas: BTreeSet<String>,
    /// DROP OWNED: whatever the role owns.
    everything: bool,
}

impl Named {
    fn of(migrations: &[&Migration], declared: &BTreeSet<String>) -> Self {
        let mut named = Self {
            words: declared.clone(),
            changed: BTreeSet::new(),
            whole_schemas: BTreeSet::new(),
            everything: false,
        };
        for statement in migrations
            .iter()
            .flat_map(|migration| &migration.statements)
        {
            let words = parse::words(&statement.text);
            named.everything |=
                matches!(&statement.kind, StatementKind::Other(kind) if kind == "drop_owned");
            let says = |all: &[&str]| all.iter().all(|it| words.contains(*it));
            let runs_others = matches!(
                statement.kind,
                StatementKind::Do | StatementKind::Select | StatementKind::Call
            );
            // It goes through a list of what there is, or says "all" itself.
            let lists = says(&["execute"]) && CATALOGS.iter().any(|it| words.contains(*it));
            let grants = says(&["grant"]) || says(&["revoke"]);
            let many = runs_others && (lists || (grants && says(&["all", "in", "schema"])));
            let whole = match statement.kind {
                StatementKind::DropSchema | StatementKind::AlterSchema => true,
                StatementKind::Grant | StatementKind::Revoke => says(&["all", "in", "schema"]),
                StatementKind::Do => {
                    many || says(&["drop", "schema"]) || says(&["alter", "schema"])
                }
                _ => many,
            };
            if whole {
                named.whole_schemas.extend(words.iter().cloned());
                if many && statement.kind == StatementKind::Do {
                    // The list may say no schema at all.
                    named.whole_schemas.insert("public".to_owned());
                }
            }
            named.words.extend(words);
            for mention in &statement.mentions {
                if matches!(mention.role, MentionRole::Drops | MentionRole::Alters) {
                    named.changed.insert(mention.name.name.clone());
                }
            }
        }
        named
    }

    fn is_seed(&self, id: &ObjectId) -> bool {
        let word = |word: &Option<String>| word.as_ref().is_some_and(|it| self.words.contains(it));
        if id.kind == ObjectKind::Setting {
            return id.name.split(' ').any(|part| self.words.contains(part));
        }
        self.everything
            || self.words.contains(&id.name)
            || (word(&id.table) && self.words.contains(&id.name))
            || id
                .schema
                .as_ref()
                .is_some_and(|schema| self.whole_schemas.contains(schema))
    }
}

/// The snapshot's dependencies, both ways.
struct Edges<'a> {
    snapshot: &'a CatalogSnapshot,
    needs: BTreeMap<&'a ObjectId, Vec<&'a ObjectId>>,
    dependents: BTreeMap<&'a ObjectId, Vec<&'a ObjectId>>,
    parts: BTreeMap<(&'a str, &'a str), Vec<&'a ObjectId>>,
}

impl<'a> Edges<'a> {
    fn of(snapshot: &'a CatalogSnapshot) -> Self {
        let mut edges = Self {
            snapshot,
            needs: BTreeMap::new(),
            dependents: BTreeMap::new(),
            parts: BTreeMap::new(),
        };
        for dependency in snapshot.dependencies.iter() {
            edges.add(&dependency.dependent, &dependency.on);
        }
        for (id, entry) in &snapshot.entries {
            let table = match &entry.object {
                Object::Index(index) => Some(index.table.as_str()),
                _ => id.table.as_deref(),
            };
            if let (Some(schema), Some(table)) = (id.schema.as_deref(), table) {
                edges.parts.entry((schema, table)).or_default().push(id);
            }
        }
        edges
    }

    fn add(&mut self, dependent: &'a ObjectId, on: &'a ObjectId) {
        self.needs.entry(dependent).or_default().push(on);
        self.dependents.entry(on).or_default().push(dependent);
    }

    fn needs(&self, id: &'a ObjectId) -> impl Iterator<Item = &'a ObjectId> + use<'a> {
        let listed = self.needs.get(id).cloned().unwrap_or_default();
        let entry = self.snapshot.get(id);
        // Whoever calls a function of an extension depends on the function, and that is there through the
        // extension alone.
        let extension = entry.and_then(|entry| entry.extension.as_ref());
        let extension =
            extension.and_then(|it| self.key_of(&ObjectId::global(ObjectKind::Extension, it)));
        let table = match entry.map(|entry| &entry.object) {
            Some(Object::Index(index)) => {
                let schema = id.schema.clone().unwrap_or_default();
                self.key_of(&ObjectId::in_schema(
                    ObjectKind::Table,
                    schema,
                    &index.table,
                ))
            }
            _ => id.parent_table().and_then(|table| self.key_of(&table)),
        };
        listed
            .into_iter()
            .chain(table)
            .chain(extension)
            .filter(|it| self.snapshot.entries.contains_key(*it))
    }

    fn key_of(&self, id: &ObjectId) -> Option<&'a ObjectId> {
        self.snapshot.entries.get_key_value(id).map(|(key, _)| key)
    }

    fn dependents(&self, id: &'a ObjectId) -> impl Iterator<Item = &'a ObjectId> + use<'a> {
        let listed = self.dependents.get(id).cloned().unwrap_or_default();
        let snapshot = self.snapshot;
        listed
            .into_iter()
            .filter(move |it| snapshot.entries.contains_key(*it))
    }

    fn parts(&self, id: &'a ObjectId) -> impl Iterator<Item = &'a ObjectId> + use<'a> {
        let table = (id.schema.as_deref().unwrap_or(""), id.name.as_str());
        let parts = (id.kind == ObjectKind::Table)
            .then(|| self.parts.get(&table))
            .flatten();
        parts.cloned().unwrap_or_default().into_iter()
    }

    /// A primary key or unique constraint, or its index: what a foreign key needs to point at.
    fn is_key(&self, id: &ObjectId) -> bool {
        match self.snapshot.get(id).map(|entry| &entry.object) {
            Some(Object::Constraint(it)) => matches!(it.kind, 'p' | 'u'),
            Some(Object::Index(it)) => it.constraint.is_some(),
            _ => false,
        }
    }
}
