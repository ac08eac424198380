//! The few names and words that everything is made of.

use proptest::prelude::*;
use proptest::sample::select;

use crate::differential::model::{Column, Name, Rest};

/// The first are the likeliest.
pub(super) const TABLES: &[&str] = &[
    "users", "users", "users", "users", "users", "jobs", "jobs", "jobs", "notes", "Tasks",
];

pub(super) const VIEWS: &[&str] = &["active", "active", "notes"];

pub(super) const TYPES: &[&str] = &["mood", "mood", "status"];

pub(super) const FUNCTIONS: &[&str] = &["touch", "touch", "total", "active"];

pub(super) const SEQUENCES: &[&str] = &["counter", "jobs_id_seq"];

pub(super) const INDEXES: &[&str] = &["idx_a", "idx_b", "jobs_pkey", "users_title_key"];

pub(super) const CONSTRAINTS: &[&str] =
    &["rule_a", "users_pkey", "jobs_user_id_fkey", "notes_check"];

pub(super) const ON_TABLES: &[&str] = &["own", "own", "watch"];

pub(super) const COLUMNS: &[&str] = &[
    "title", "title", "title", "user_id", "user_id", "id", "amount", "state",
];

pub(super) const KINDS: &[&str] = &[
    "text",
    "text",
    "text",
    "uuid",
    "uuid",
    "bigint",
    "boolean",
    "timestamptz",
    "mood",
    "jsonb",
    "text[]",
];

pub(super) const ROLES: &[&str] = &["anon", "authenticated", "service_role", "public"];

pub(super) const SCHEMAS: &[&str] = &["shop", "public"];

pub(super) const PATHS: &[&[&str]] = &[&["shop", "public"], &["public"], &["shop"]];

pub(super) const PUBLICATIONS: &[&str] = &["feed", "supabase_realtime"];

pub(super) const ON_DELETE: &[&str] = &["", " on delete cascade", " on delete set null"];

pub(super) const TRIGGERED: &[&str] = &[
    "before update",
    "after insert",
    "before insert",
    "after delete",
];

pub(super) fn one(pool: &'static [&'static str]) -> impl Strategy<Value = &'static str> + Clone {
    select(pool)
}

pub(super) fn rarely() -> impl Strategy<Value = bool> + Clone {
    prop::bool::weighted(0.2)
}

/// Mostly unqualified: where such a name leads is what goes wrong.
pub(super) fn named(pool: &'static [&'static str]) -> impl Strategy<Value = Name> + Clone {
    let schema = prop_oneof![
        7 => Just(None),
        2 => Just(Some("public")),
        1 => Just(Some("shop")),
    ];
    (schema, one(pool)).prop_map(|(schema, name)| Name { schema, name })
}

pub(super) fn table() -> impl Strategy<Value = Name> + Clone {
    named(TABLES)
}

/// A table that a foreign key points to.
pub(super) fn target() -> impl Strategy<Value = Name> + Clone {
    let landlords = Name {
        schema: Some("auth"),
        name: "users",
    };
    prop_oneof![3 => table(), 1 => Just(landlords)]
}

pub(super) fn column() -> impl Strategy<Value = Column> + Clone {
    let references = (target(), one(ON_DELETE)).prop_map(|(table, on_delete)| Column {
        name: "user_id",
        kind: "uuid",
        rest: Rest::References {
            table,
            column: None,
            on_delete,
        },
    });
    let plain = (one(COLUMNS), one(KINDS), rest()).prop_map(|(name, kind, rest)| Column {
        name,
        kind,
        rest,
    });
    prop_oneof![2 => plain, 1 => references]
}

fn rest() -> impl Strategy<Value = Rest> + Clone {
    prop_oneof![
        6 => Just(Rest::Nothing),
        2 => Just(Rest::NotNull),
        1 => Just(Rest::Unique),
        1 => select(&["null", "null", "now()", "gen_random_uuid()", "'x'", "auth.uid()"][..])
            .prop_map(Rest::Default),
        1 => select(&["id is not null", "id is not null", "amount > 0", "title <> ''"][..])
            .prop_map(Rest::Check),
    ]
}
