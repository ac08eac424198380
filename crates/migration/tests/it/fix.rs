//! Fixes are exact edits: what they leave parses, is free of what they fix, and keeps every comment.

use std::collections::BTreeSet;
use std::path::Path;

use lodger_migration::fix::{Fixed, Wanted, fix};
use lodger_migration::lint::lint;
use lodger_migration::migration::Migration;
use lodger_migration::parse::parse_migration;
use lodger_migration::settings::Settings;

use crate::support::{lines, migrations};

fn fixed(sql: &str) -> Fixed {
    fix(&Settings::new("notes"), &migrations(sql), &Wanted::All)
}

fn text(fixed: &Fixed) -> &str {
    fixed.migrations.first().map_or("", |it| &it.text)
}

fn corpus() -> Vec<Migration> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the corpus") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "sql") {
                let file = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                let bytes = std::fs::read(&path).expect("a case");
                found.push(parse_migration("20251101030227", "case", &file, &bytes));
            }
        }
    }
    found.sort_by(|a, b| a.file.cmp(&b.file));
    found
}

#[test]
fn the_seeds_wrong_migration_becomes_a_right_one() {
    let file = "../../corpus/seed/20251101030227_create_users_sessions_drafts_tables.sql";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let sql = std::fs::read_to_string(file).unwrap();
    let migration = parse_migration("20251101030227", "create", "create.sql", sql.as_bytes());
    let fixed = fix(&Settings::new("research"), &[migration], &Wanted::All);
    insta::assert_snapshot!(text(&fixed));
    insta::assert_snapshot!("the_seeds_wrong_migration_what_is_left", lines(&fixed.left));
    assert_eq!(fixed.refused, []);
}

#[test]
fn a_table_that_something_else_uses_is_left_with_the_reason() {
    let fixed = fixed(
        "create table users (id uuid primary key, email text);\n\
         create view emails as select email from users;\n",
    );
    assert!(text(&fixed).contains("create table users"));
    assert_eq!(fixed.refused.len(), 1);
    assert!(
        fixed.refused[0].reason.ends_with("example.sql:2 uses it"),
        "{:?}",
        fixed.refused
    );
}

#[test]
fn a_function_is_renamed_in_every_file_and_in_bodies() {
    let fixed = fixed(
        "-- file: 1_a.sql\n\
         create or replace function public.set_updated_at() returns trigger language plpgsql as $$ begin new.updated_at := now(); return new; end $$;\n\
         comment on function set_updated_at is 'keeps it right';\n\
         -- file: 2_b.sql\n\
         create table t (id int, updated_at timestamptz);\n\
         create trigger set_updated_at before update on t for each row execute function set_updated_at();\n\
         do $x$ begin perform set_updated_at(); perform other.set_updated_at(); end $x$;\n\
         -- drop function set_updated_at();\n",
    );
    assert_eq!(
        fixed.migrations[0].text,
        "create function public.notes_set_updated_at() returns trigger language plpgsql as $$ begin new.updated_at := now(); return new; end $$;\n\
         comment on function notes_set_updated_at is 'keeps it right';\n"
    );
    assert_eq!(
        fixed.migrations[1].text,
        "create table t (id int, updated_at timestamptz);\n\
         create trigger set_updated_at before update on t for each row execute function notes_set_updated_at();\n\
         do $x$ begin perform notes_set_updated_at(); perform other.set_updated_at(); end $x$;\n\
         -- drop function notes_set_updated_at();\n"
    );
}

#[test]
fn a_function_whose_name_stands_in_a_string_is_left() {
    let fixed = fixed(
        "create or replace function is_admin() returns boolean language sql as 'select true';\n\
         do $x$ begin execute 'select is_admin()'; end $x$;\n",
    );
    assert!(text(&fixed).starts_with("create or replace function is_admin()"));
    assert!(
        fixed.refused[0].reason.contains("example.sql:2"),
        "{:?}",
        fixed.refused
    );
}

#[test]
fn a_sign_up_trigger_gets_a_name_of_its_own_where_it_is_dropped_and_made() {
    let fixed = fixed(
        "drop trigger if exists on_auth_user_created on auth.users;\n\
         create trigger on_auth_user_created after insert on auth.users for each row execute function notes_greet();\n",
    );
    let count = text(&fixed)
        .matches("notes_on_auth_user_created on auth.users")
        .count();
    let made = text(&fixed)
        .matches("create trigger notes_on_auth_user_created after")
        .count();
    assert_eq!((count, made), (1, 1), "{}", text(&fixed));
}

#[test]
fn policies_about_the_user_are_for_those_who_are_signed_in() {
    let fixed = fixed(
        "create policy own on notes using (auth.uid() = user_id);\n\
         create policy put on notes for insert to public with check (auth.uid() = user_id);\n\
         create policy everybody on notes for select using (true);\n",
    );
    assert_eq!(
        text(&fixed),
        "create policy own on notes to authenticated using ((select auth.uid()) = user_id);\n\
         create policy put on notes for insert to authenticated with check ((select auth.uid()) = user_id);\n\
         create policy everybody on notes for select using (true);\n"
    );
}

#[test]
fn foreign_keys_are_validated_later_where_that_is_asked_for() {
    let sql = "-- file: 1_a.sql\ncreate table t (id int primary key, user_id uuid);\n\
               -- file: 2_b.sql\nalter table public.t add constraint \"T_user\" foreign key (user_id) references auth.users (id) on delete cascade;\n";
    let rules = BTreeSet::from(["constraint-missing-not-valid".to_owned()]);
    let fixed = fix(
        &Settings::new("notes"),
        &migrations(sql),
        &Wanted::Rules(rules),
    );
    assert_eq!(
        fixed.migrations[1].text,
        "alter table public.t add constraint \"T_user\" foreign key (user_id) references auth.users (id) on delete cascade not valid;\n\
         alter table public.t validate constraint \"T_user\";\n"
    );
}

#[test]
fn what_controls_the_transaction_goes_with_its_line() {
    let fixed = fixed(
        "begin;\ncreate table notes (id int primary key);\nCOMMIT ;\n\ncreate index a on notes (id); commit;\n",
    );
    assert_eq!(
        text(&fixed),
        "create table notes (id int primary key);\n\ncreate index a on notes (id); \n"
    );
}

#[test]
fn fixing_twice_changes_nothing_more_and_every_comment_stays() {
    for migration in corpus() {
        let settings = Settings::new("notes");
        let before = lint(&settings, std::slice::from_ref(&migration), None);
        let once = fix(&settings, std::slice::from_ref(&migration), &Wanted::All);
        let twice = fix(&settings, &once.migrations, &Wanted::All);
        assert_eq!(once.migrations, twice.migrations, "{}", migration.file);
        assert!(once.left.len() <= before.len(), "{}", migration.file);
        let errors = once.migrations[0].syntax_errors.len();
        assert!(
            errors <= migration.syntax_errors.len(),
            "{}",
            migration.file
        );
        for comment in lodger_migration::parse::comments(&migration.text) {
            let comment = &migration.text[comment.start..comment.end];
            // The corpus's own orders name objects as well.
            let is_sql = comment.to_ascii_lowercase().contains("drop ")
                || comment.starts_with("-- outcome: ");
            assert!(
                is_sql || text(&once).contains(comment),
                "{}: {comment}",
                migration.file
            );
        }
    }
}
