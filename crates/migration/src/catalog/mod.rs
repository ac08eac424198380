//! A database's catalog as plain data: what stands in it at one instant.
//!
//! Objects are named by [`ObjectId`], so that two databases can be compared; the OID of each is kept
//! beside it, so that within one database the same object is known again under another name.

mod difference;
mod essence;
mod fingerprint;
mod lookup;
mod objects;
mod relation;

use std::sync::Arc;

pub use difference::{ByOid, Change, Changed, Difference, difference, difference_within};
pub use fingerprint::fingerprint;
pub use objects::{
    DefaultPrivileges, EventTrigger, Extension, Function, Grant, Policy, Publication, Rule, Schema,
    Setting, Trigger, Type,
};
pub use relation::{Column, Constraint, ForeignKey, Index, Sequence, Table, View};

use crate::object::{ObjectId, ObjectKind};

/// Identifies an object within one database for as long as it lives (`pg_class.oid` and its like).
pub type Oid = u32;

/// One object of the catalog, of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the kind of the same name")]
pub enum Object {
    Schema(Schema),
    Extension(Extension),
    Type(Type),
    Sequence(Sequence),
    Table(Table),
    View(View),
    Function(Function),
    Constraint(Constraint),
    Index(Index),
    Trigger(Trigger),
    EventTrigger(EventTrigger),
    Policy(Policy),
    Rule(Rule),
    Publication(Publication),
    DefaultPrivileges(DefaultPrivileges),
    Setting(Setting),
}

/// What every object of the catalog carries, whatever its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its OID in the database that the snapshot was taken of; 0 for settings, which have none.
    pub oid: Oid,
    /// `xmin` of its main catalog row: who wrote it last. Never part of a comparison of shapes.
    pub row_version: u32,
    /// A digest of what the catalog keeps of it, for kinds whose definition costs much to print: indexes and
    /// policies. It says that one was changed, within one database, and is never part of a comparison of shapes.
    pub stored: Option<i64>,
    /// The role that owns it, where its kind has owners.
    pub owner: Option<String>,
    /// Who may use it. Empty when the kind has no privileges.
    pub grants: Vec<Grant>,
    /// Its comment.
    pub comment: Option<String>,
    /// The extension it is part of.
    pub extension: Option<String>,
    /// The rest, by kind.
    pub object: Object,
}

/// A property of an object with its value, as shown when two shapes differ.
pub type Property = (String, String);

#[cfg(test)]
impl Entry {
    /// An object of which nothing else is known.
    pub(crate) fn bare(object: Object) -> Self {
        Self {
            oid: 1,
            row_version: 1,
            stored: None,
            owner: None,
            grants: Vec::new(),
            comment: None,
            extension: None,
            object,
        }
    }
}

impl Entry {
    /// What the object looks like, apart from owner, grants and comment: label and value.
    /// Two objects have the same shape when these lists are equal.
    #[must_use]
    pub fn shape(&self) -> Vec<Property> {
        match &self.object {
            Object::Schema(_) => Vec::new(),
            Object::Extension(it) => it.shape(),
            Object::Type(it) => it.shape(),
            Object::Sequence(it) => it.shape(),
            Object::Table(it) => it.shape(),
            Object::View(it) => it.shape(),
            Object::Function(it) => it.shape(),
            Object::Constraint(it) => it.shape(),
            Object::Index(it) => it.shape(),
            Object::Trigger(it) => it.shape(),
            Object::EventTrigger(it) => it.shape(),
            Object::Policy(it) => it.shape(),
            Object::Rule(it) => it.shape(),
            Object::Publication(it) => it.shape(),
            Object::DefaultPrivileges(it) => it.shape(),
            Object::Setting(it) => it.shape(),
        }
    }
}

/// A dependency as `pg_depend` records it: `dependent` needs `on`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// The object that needs the other.
    pub dependent: ObjectId,
    /// The object that is needed.
    pub on: ObjectId,
}

/// The server and session that a snapshot was taken with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Server {
    /// `server_version_num`, such as 170005.
    pub version_number: u32,
    /// `server_version`, such as `17.5`.
    pub version: String,
    /// The role that read the catalog.
    pub role: String,
    /// That role is a superuser.
    pub superuser: bool,
    /// That role passes row-level security (superuser or BYPASSRLS).
    pub bypasses_rls: bool,
    /// The database's name.
    pub database: String,
    /// The role that owns the database, and with it what belongs to `pg_database_owner`.
    pub database_owner: String,

    /// Supabase's `supautils` is loaded: policy DDL and DROP TRIGGER lock many tables there.
    pub supautils: bool,
    /// The server refuses writes: a standby, or `default_transaction_read_only`.
    pub read_only: bool,
    /// All roles, by name, without those that start with `pg_`.
    pub roles: Vec<String>,
    /// Who is a member of what: member, role.
    pub memberships: Vec<(String, String)>,
}

impl Server {
    /// The major version, such as 17.
    #[must_use]
    pub const fn major(&self) -> u32 {
        self.version_number / 10_000
    }
}

/// The objects of a catalog by identity. A run keeps a copy for every migration; they share what is the
/// same, so that a copy costs next to nothing.
pub type Entries = imbl::OrdMap<ObjectId, Arc<Entry>>;

/// An immutable copy of a catalog at one instant. System schemas are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CatalogSnapshot {
    /// The server it was taken of.
    pub server: Server,
    /// Every object, by identity.
    pub entries: Entries,
    /// What needs what. Copies of a snapshot share it.
    pub dependencies: Arc<Vec<Dependency>>,
}

impl CatalogSnapshot {
    /// The entry of one object.
    #[must_use]
    pub fn get(&self, id: &ObjectId) -> Option<&Entry> {
        self.entries.get(id).map(AsRef::as_ref)
    }

    /// A table by name.
    #[must_use]
    pub fn table(&self, schema: &str, name: &str) -> Option<&Table> {
        match &self
            .get(&ObjectId::in_schema(ObjectKind::Table, schema, name))?
            .object
        {
            Object::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The objects that belong to one table: its constraints, indexes, triggers, policies, rules.
    pub fn of_table<'a>(
        &'a self,
        schema: &'a str,
        table: &'a str,
    ) -> impl Iterator<Item = (&'a ObjectId, &'a Entry)> {
        let kinds = [
            ObjectKind::Constraint,
            ObjectKind::Index,
            ObjectKind::Trigger,
            ObjectKind::Policy,
            ObjectKind::Rule,
        ];
        let parts = kinds.into_iter();
        parts.flat_map(move |kind| self.parts(kind, schema, table))
    }

    /// Those of one kind.
    pub fn parts<'a>(
        &'a self,
        kind: ObjectKind,
        schema: &'a str,
        table: &'a str,
    ) -> impl Iterator<Item = (&'a ObjectId, &'a Entry)> {
        // An index is named in its schema, whatever its table.
        let on = (kind != ObjectKind::Index).then_some(table);
        let first = lookup::first(kind, Some(schema), on, "");
        let parts = self.entries.range(first..).take_while(move |(id, _)| {
            id.kind == kind && id.schema.as_deref() == Some(schema) && id.table.as_deref() == on
        });
        let parts = parts.map(|(id, entry)| (id, entry.as_ref()));
        parts.filter(move |(_, entry)| match &entry.object {
            Object::Index(index) => index.table == table,
            _ => true,
        })
    }

    /// The objects of one kind.
    pub fn all_of(&self, kind: ObjectKind) -> impl Iterator<Item = &ObjectId> {
        let entries = self.entries.range(lookup::first(kind, None, None, "")..);
        entries
            .map(|(id, _)| id)
            .take_while(move |id| id.kind == kind)
    }

    /// The first object of a kind, schema and name: with a table, of what belongs to that; without one,
    /// whatever it belongs to. For a function, the first that has this name.
    #[must_use]
    pub fn find(
        &self,
        kind: ObjectKind,
        schema: Option<&str>,
        table: Option<&str>,
        name: &str,
    ) -> Option<&ObjectId> {
        lookup::find(&self.entries, kind, schema, table, name)
    }

    /// The identity of the object with this OID and kind.
    #[must_use]
    pub fn by_oid(&self, kind: ObjectKind, oid: Oid) -> Option<&ObjectId> {
        self.entries
            .iter()
            .find(|(id, entry)| id.kind == kind && entry.oid == oid)
            .map(|(id, _)| id)
    }
}
