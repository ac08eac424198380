//! The seed's two migrations, and files that stay silent.

use std::path::{Path, PathBuf};

use lodger_migration::diagnostic::Severity;
use lodger_migration::directory::read_directory;
use lodger_migration::lint::lint;
use lodger_migration::settings::Settings;

use crate::support::{at_least, ids, lines};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_wrong_migration_is_reported_at_the_right_places() {
    let file = "corpus/seed/20251101030227_create_users_sessions_drafts_tables.sql";
    let read = read_directory(&repository().join(file)).unwrap();
    let found = lint(&Settings::new("research"), &read.migrations, None);
    let text = &read.migrations[0].text;
    let references = text.find("REFERENCES users(id)").unwrap();
    let key = found
        .iter()
        .find(|it| it.rule == "foreign-key-not-to-auth-users")
        .unwrap();
    assert_eq!(key.location.as_ref().unwrap().span.start, references);
    insta::assert_snapshot!(lines(&found));
}

#[test]
fn the_corrected_migration_is_clean() {
    let read = read_directory(&repository().join("migrations")).unwrap();
    for schema in ["public", "research"] {
        let mut settings = Settings::new("research");
        settings.schema = schema.to_owned();
        let found = at_least(lint(&settings, &read.migrations, None), Severity::Warning);
        assert!(found.is_empty(), "{}", lines(&found));
    }
}

#[test]
fn ordinary_migrations_stay_silent() {
    let silent = [
        "create schema if not exists app; create extension if not exists vector with schema extensions;",
        "create table a (id int primary key); alter table a enable row level security; drop table a;",
        "create temp table t (user_id uuid, email text);",
        "alter publication supabase_realtime drop table x;",
        "set search_path = ''; create table app.t (id int primary key); alter table app.t enable row level security;",
        "comment on schema public is 'x';",
        "create function notes_f() returns int language sql as 'select 1'; create or replace function notes_f() returns int language sql as 'select 2';",
        "create role notes_reader; alter role notes_reader set statement_timeout = '1s';",
    ];
    for sql in silent {
        let found: Vec<String> = ids(sql)
            .into_iter()
            .filter(|it| it != "attaches-to-foreign-object")
            .collect();
        assert!(found.is_empty(), "{found:?} on {sql}");
    }
}
