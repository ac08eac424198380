//! Who an object belongs to: this project, another one, the landlord, or nobody known.

use std::collections::BTreeMap;

use crate::catalog::{CatalogSnapshot, Object};
use crate::object::{ObjectId, ObjectKind};

/// Who an object belongs to. Role ownership says nothing here: on a shared Supabase instance every
/// project connects as the same role, so Lodger keeps claims of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// This project brought it in.
    Ours,
    /// Another project claims it.
    Other {
        /// That project's name.
        project: String,
    },
    /// It is part of the platform: Supabase's schemas, extensions, Postgres itself, Lodger's bookkeeping.
    Landlord,
    /// Nobody claims it.
    Unclaimed,
}

impl Owner {
    /// The word used in JSON.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Other { .. } => "other",
            Self::Landlord => "landlord",
            Self::Unclaimed => "unclaimed",
        }
    }

    /// The owner in a sentence: "belongs to …".
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Ours => "this project's own".to_owned(),
            Self::Other { project } => format!("project {project}'s"),
            Self::Landlord => "the landlord's".to_owned(),
            Self::Unclaimed => "not this project's (unclaimed)".to_owned(),
        }
    }
}

/// The schemas that the platform keeps for itself.
/// Source: the managed schemas that Supabase's database linter skips, and the two of Lodger.
pub const LANDLORD_SCHEMAS: &[&str] = &[
    "_analytics",
    "_realtime",
    "_supavisor",
    "auth",
    "cron",
    "extensions",
    "graphql",
    "graphql_public",
    "information_schema",
    "lodger",
    "net",
    "pg_catalog",
    "pg_toast",
    "pgbouncer",
    "pgmq",
    "pgsodium",
    "pgsodium_masks",
    "pgtle",
    "realtime",
    "repack",
    "storage",
    "supabase_functions",
    "supabase_migrations",
    "tiger",
    "topology",
    "vault",
];

/// Is this one of the platform's schemas?
#[must_use]
pub fn is_landlord_schema(schema: &str) -> bool {
    LANDLORD_SCHEMAS.contains(&schema) || schema.starts_with("pg_")
}

/// The claims on one database, as this project sees them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ownership {
    /// This project's name.
    pub project: String,
    /// Who brought each object in. Objects that are gone, or replaced by another of the same name, are not in it.
    pub claims: BTreeMap<ObjectId, String>,
}

impl Ownership {
    /// Whose `id` is. `snapshot` tells extensions' objects and the landlord's own triggers.
    #[must_use]
    pub fn owner(&self, id: &ObjectId, snapshot: &CatalogSnapshot) -> Owner {
        match self.claims.get(id) {
            Some(project) => self.claimed_by(project),
            None => self.unclaimed(id, snapshot),
        }
    }

    /// Whose `id` is where nobody claims it.
    #[must_use]
    pub fn unclaimed(&self, id: &ObjectId, snapshot: &CatalogSnapshot) -> Owner {
        let entry = snapshot.get(id);
        if entry.is_some_and(|entry| entry.extension.is_some()) {
            return Owner::Landlord;
        }
        match id.kind {
            ObjectKind::Column => match id.parent_table() {
                Some(table) => self.owner(&table, snapshot),
                None => Owner::Unclaimed,
            },
            ObjectKind::Role
            | ObjectKind::Setting
            | ObjectKind::Database
            | ObjectKind::Extension
            | ObjectKind::DefaultPrivileges => Owner::Landlord,
            ObjectKind::Publication if id.name.starts_with("supabase_") => Owner::Landlord,
            ObjectKind::Schema if id.name == "public" || is_landlord_schema(&id.name) => {
                Owner::Landlord
            }
            ObjectKind::Policy => Owner::Unclaimed,
            ObjectKind::Trigger => match entry.map(|entry| &entry.object) {
                Some(Object::Trigger(it)) if is_landlord_schema(&it.function_schema) => {
                    Owner::Landlord
                }
                _ => Owner::Unclaimed,
            },
            _ if id.schema.as_deref().is_some_and(is_landlord_schema) => Owner::Landlord,
            _ => Owner::Unclaimed,
        }
    }

    fn claimed_by(&self, project: &str) -> Owner {
        if project == self.project {
            Owner::Ours
        } else {
            Owner::Other {
                project: project.to_owned(),
            }
        }
    }
}
