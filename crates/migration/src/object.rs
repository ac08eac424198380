//! The identity of a database object: what kind it is and what it is called.

use std::fmt;

/// The kinds of object that Lodger tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ObjectKind {
    /// A Postgres namespace.
    Schema,
    /// An extension.
    Extension,
    /// An enum, domain, composite or range type.
    Type,
    /// A sequence.
    Sequence,
    /// A table, partitioned table or foreign table.
    Table,
    /// A column of a table.
    Column,
    /// A view or materialized view.
    View,
    /// A function, procedure or aggregate.
    Function,
    /// A constraint of a table.
    Constraint,
    /// An index.
    Index,
    /// A trigger of a table.
    Trigger,
    /// An event trigger of the database.
    EventTrigger,
    /// A row-level security policy of a table.
    Policy,
    /// A rewrite rule of a table.
    Rule,
    /// A publication.
    Publication,
    /// Default privileges of a role, for new objects of one kind.
    DefaultPrivileges,
    /// A role.
    Role,
    /// Settings kept for a role, a database or a pair of them.
    Setting,
    /// The database itself.
    Database,
    /// A storage bucket, a cron job and the like: a row of a landlord's table that acts as an object.
    Row,
}

impl ObjectKind {
    /// The kinds that share one space of names within a schema.
    pub const RELATIONS: [Self; 4] = [Self::Table, Self::View, Self::Index, Self::Sequence];

    /// The kind's name in JSON and in messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Extension => "extension",
            Self::Type => "type",
            Self::Sequence => "sequence",
            Self::Table => "table",
            Self::Column => "column",
            Self::View => "view",
            Self::Function => "function",
            Self::Constraint => "constraint",
            Self::Index => "index",
            Self::Trigger => "trigger",
            Self::EventTrigger => "event trigger",
            Self::Policy => "policy",
            Self::Rule => "rule",
            Self::Publication => "publication",
            Self::DefaultPrivileges => "default privileges",
            Self::Role => "role",
            Self::Setting => "setting",
            Self::Database => "database",
            Self::Row => "row",
        }
    }
}

/// Names one object of one database. Names are as in the catalog: unquoted, case kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// What it is.
    pub kind: ObjectKind,
    /// Its schema; that of its table for constraints, triggers, policies, rules and columns.
    pub schema: Option<String>,
    /// The table it belongs to, for constraints, triggers, policies, rules and columns.
    pub table: Option<String>,
    /// Its name; for a function, the name without arguments.
    pub name: String,
    /// Argument types of a function as Postgres prints them, such as `uuid, text`.
    pub arguments: Option<String>,
}

impl ObjectId {
    /// An object that lives directly in a schema: table, view, type, index, sequence.
    pub fn in_schema(kind: ObjectKind, schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            kind,
            schema: Some(schema.into()),
            table: None,
            name: name.into(),
            arguments: None,
        }
    }

    /// An object that belongs to a table: column, constraint, trigger, policy, rule.
    pub fn on_table(
        kind: ObjectKind,
        schema: impl Into<String>,
        table: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            schema: Some(schema.into()),
            table: Some(table.into()),
            name: name.into(),
            arguments: None,
        }
    }

    /// A function with its argument types.
    pub fn function(
        schema: impl Into<String>,
        name: impl Into<String>,
        arguments: impl Into<String>,
    ) -> Self {
        Self {
            kind: ObjectKind::Function,
            schema: Some(schema.into()),
            table: None,
            name: name.into(),
            arguments: Some(arguments.into()),
        }
    }

    /// An object of the whole database: schema, extension, publication, role, setting.
    pub fn global(kind: ObjectKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            schema: None,
            table: None,
            name: name.into(),
            arguments: None,
        }
    }

    /// The table this object belongs to, as an identity of its own.
    #[must_use]
    pub fn parent_table(&self) -> Option<Self> {
        let (Some(schema), Some(table)) = (&self.schema, &self.table) else {
            return None;
        };
        Some(Self::in_schema(ObjectKind::Table, schema, table))
    }

    /// The name without its kind: `public.users`, `own on public.users`, `public.f(uuid)`.
    #[must_use]
    pub fn name(&self) -> String {
        let qualified = |name: &str| match &self.schema {
            Some(schema) => format!("{schema}.{name}"),
            None => name.to_owned(),
        };
        match (&self.table, &self.arguments) {
            (Some(table), _) if self.kind == ObjectKind::Column => {
                format!("{}.{}", qualified(table), self.name)
            }
            (Some(table), _) => format!("{} on {}", self.name, qualified(table)),
            (None, Some(arguments)) => format!("{}({arguments})", qualified(&self.name)),
            (None, None) => qualified(&self.name),
        }
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_names_kind_schema_and_table() {
        let policy = ObjectId::on_table(ObjectKind::Policy, "public", "users", "own");
        assert_eq!(policy.to_string(), "policy own on public.users");
        let column = ObjectId::on_table(ObjectKind::Column, "public", "users", "email");
        assert_eq!(column.to_string(), "column public.users.email");
        let function = ObjectId::function("public", "touch", "uuid, text");
        assert_eq!(function.to_string(), "function public.touch(uuid, text)");
        assert_eq!(
            policy.parent_table().unwrap().to_string(),
            "table public.users"
        );
    }
}
