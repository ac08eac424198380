//! What a project's files make, as far as their text tells: its tables with their columns, keys,
//! policies and privileges, after the last migration.

mod replay;
mod said;

use std::collections::{BTreeMap, BTreeSet};

use crate::clause::{Column, CreateTable, ForeignKey, Function, Policy};
use crate::migration::Migration;
use crate::object::{ObjectId, ObjectKind};
use crate::owner::is_landlord_schema;
use crate::settings::Settings;
use crate::statement::QualifiedName;

pub use said::{Keeper, Said};

/// A table's schema and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
}

impl TableName {
    /// The table as an object.
    #[must_use]
    pub fn id(&self) -> ObjectId {
        ObjectId::in_schema(ObjectKind::Table, &self.schema, &self.name)
    }

    /// It stands in one of the platform's schemas.
    #[must_use]
    pub fn is_landlords(&self) -> bool {
        is_landlord_schema(&self.schema)
    }
}

impl std::fmt::Display for TableName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

/// Where a clause stands: position of the migration, and of the statement in it.
pub type Position = (usize, usize);

/// What the files say about one table.
#[derive(Debug, Clone, Default)]
pub struct TableFacts<'a> {
    /// Its CREATE TABLE and where that stands; `None` for a table that the project only mentions.
    pub created: Option<(Position, &'a CreateTable)>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its foreign keys.
    pub foreign_keys: Vec<(Position, &'a ForeignKey)>,
    /// The columns of its keys and indexes, each in order.
    pub indexes: Vec<Vec<String>>,
    /// The columns of its primary key.
    pub primary_key: Vec<String>,
    /// Row-level security is on.
    pub rls: bool,
    /// Its policies.
    pub policies: Vec<(Position, &'a Policy)>,
    /// The roles that hold a privilege on it; `public` for everybody.
    pub granted: BTreeSet<String>,
    /// A REVOKE names it: somebody thought about who may use it.
    pub revoked: bool,
}

impl TableFacts<'_> {
    /// A column by name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|it| it.name == name)
    }

    /// An index or a key starts with these columns, in any order.
    #[must_use]
    pub fn is_indexed(&self, columns: &[String]) -> bool {
        self.indexes.iter().any(|index| {
            let leading = index.get(..columns.len());
            leading.is_some_and(|leading| columns.iter().all(|it| leading.contains(it)))
        })
    }
}

/// What the project's files make.
#[derive(Debug, Clone, Default)]
pub struct Project<'a> {
    tables: BTreeMap<TableName, TableFacts<'a>>,
    /// Every object that some statement creates, by kind and name. The table of a part, such as a
    /// policy, stands before its name. With the first place where it does.
    made: BTreeMap<(ObjectKind, String), Position>,
    /// The tables that each migration says something about.
    touched: BTreeMap<usize, BTreeSet<TableName>>,
    functions: BTreeMap<TableName, &'a Function>,
    pinned: BTreeSet<TableName>,
    /// The roles that new tables of a schema are granted to.
    default_grants: BTreeMap<String, BTreeSet<String>>,
    /// The schemas that unqualified names are looked up in, per statement that follows a SET.
    paths: BTreeMap<Position, Vec<String>>,
    home: String,
    /// Some statement speaks of anonymous users.
    guests: bool,
    index: said::Index<'a>,
}

impl<'a> Project<'a> {
    /// Reads all migrations of a project, in order.
    #[must_use]
    pub fn of(settings: &Settings, migrations: &'a [Migration]) -> Self {
        let mut project = Self {
            home: settings.schema.clone(),
            ..Self::default()
        };
        for (at, migration) in migrations.iter().enumerate() {
            project.replay(at, migration);
        }
        project
    }

    /// What is known about a table.
    #[must_use]
    pub fn table(&self, name: &TableName) -> Option<&TableFacts<'a>> {
        self.tables.get(name)
    }

    /// The tables that the project creates and keeps.
    pub fn own_tables(&self) -> impl Iterator<Item = (&TableName, &TableFacts<'a>)> {
        self.tables.iter().filter(|(_, it)| it.created.is_some())
    }

    /// Those of its own tables that one migration says something about.
    pub fn own_tables_in(
        &self,
        migration: usize,
    ) -> impl Iterator<Item = (&TableName, &TableFacts<'a>)> {
        let names = self.touched.get(&migration).into_iter().flatten();
        let known = names.filter_map(|name| self.tables.get_key_value(name));
        known.filter(|(_, it)| it.created.is_some())
    }

    /// Some statement of the project speaks of anonymous users.
    #[must_use]
    pub fn knows_guests(&self) -> bool {
        self.guests
    }

    /// A statement of the project creates an object of this kind and name.
    #[must_use]
    pub fn makes(&self, kind: ObjectKind, name: &str) -> bool {
        self.made.contains_key(&(kind, name.to_owned()))
    }

    /// A statement before this one creates an object of this kind and name.
    #[must_use]
    pub fn makes_before(&self, at: Position, kind: ObjectKind, name: &str) -> bool {
        self.made
            .get(&(kind, name.to_owned()))
            .is_some_and(|made| *made < at)
    }

    /// Where a statement first creates an object of this kind and name.
    #[must_use]
    pub fn first_made(&self, kind: ObjectKind, name: &str) -> Option<Position> {
        self.made.get(&(kind, name.to_owned())).copied()
    }

    /// The project creates a table, view, sequence or index of this name.
    #[must_use]
    pub fn makes_relation(&self, name: &TableName) -> bool {
        let kinds = [
            ObjectKind::Table,
            ObjectKind::View,
            ObjectKind::Sequence,
            ObjectKind::Index,
        ];
        kinds
            .iter()
            .any(|kind| self.makes(*kind, &name.to_string()))
    }

    /// The project creates this table, even if it drops it later.
    #[must_use]
    pub fn makes_table(&self, table: &TableName) -> bool {
        self.makes(ObjectKind::Table, &table.to_string())
    }

    /// The last definition of a function.
    #[must_use]
    pub fn function(&self, name: &TableName) -> Option<&'a Function> {
        self.functions.get(name).copied()
    }

    /// A later ALTER FUNCTION pins the function's search path.
    #[must_use]
    pub fn pins_later(&self, name: &TableName) -> bool {
        self.pinned.contains(name)
    }

    /// The schemas that unqualified names are looked up in at a statement.
    #[must_use]
    pub fn path(&self, at: Position) -> Vec<&str> {
        let changed = self.paths.get(&at);
        let path: Vec<&str> = changed.into_iter().flatten().map(String::as_str).collect();
        if path.is_empty() {
            vec![&self.home]
        } else {
            path
        }
    }

    /// The table that a name means: the first on the path that the project knows, or else the name
    /// in the first schema of the path.
    #[must_use]
    pub fn resolve(&self, at: Position, name: &QualifiedName) -> TableName {
        let in_schema = |schema: &str| TableName {
            schema: schema.to_owned(),
            name: name.name.clone(),
        };
        if let Some(schema) = &name.schema {
            return in_schema(schema);
        }
        let path = self.path(at);
        let known = path.iter().map(|schema| in_schema(schema));
        let known = known.into_iter().find(|it| self.makes_table(it));
        known.unwrap_or_else(|| in_schema(path.first().copied().unwrap_or(&self.home)))
    }
}
