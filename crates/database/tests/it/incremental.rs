//! Runs look at what a statement wrote only; what they keep is what a look at everything shows.

use std::path::Path;
use std::sync::Arc;

use lodger_database::shadow::{Comparison, Shadow, declare_ahead};
use lodger_migration::catalog::Entry;
use lodger_migration::migration::Migration;
use lodger_migration::run::MigrationRun;

use crate::story::{RIGHT, migration, settings};

const EVERY_KIND: &str = include_str!("incremental.sql");

async fn compared(migrations: &[Migration]) -> Comparison {
    let shadow = Shadow::start(migrations).await.unwrap();
    let comparison = shadow.compare(migrations, &settings()).await.unwrap();
    let shown = comparison.differing.join("\n");
    assert!(comparison.differing.is_empty(), "{shown}");
    comparison
}

/// Each statement as a migration of its own.
fn apart(sql: &str) -> Vec<Migration> {
    let whole = migration("20250101000000", sql);
    let statements = whole.statements.iter().enumerate();
    statements
        .map(|(at, it)| migration(&format!("2025010100{at:04}"), &format!("{};", it.text)))
        .collect()
}

/// The migrations of a folder of the repository.
fn of_folder(folder: &str) -> Vec<Migration> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(folder);
    let files = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let sql = files
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap());
    sql.enumerate()
        .map(|(at, sql)| migration(&format!("2025010100{at:04}"), &sql))
        .collect()
}

/// What failed, apart from what is meant to.
fn failed(comparison: &Comparison) -> Vec<&String> {
    let unmeant = |it: &&String| !it.contains("customer_email_again");
    comparison.failed.iter().filter(unmeant).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_statement_leaves_the_state_right() {
    let comparison = compared(&apart(EVERY_KIND)).await;
    assert_eq!(failed(&comparison), Vec::<&String>::new());
    let wholes = comparison.wholes.len();
    assert!(
        wholes * 2 < comparison.statements,
        "{:#?}",
        comparison.wholes
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_statements_of_one_transaction_leave_the_state_right() {
    let comparison = compared(&[migration("20250101000000", EVERY_KIND)]).await;
    let wholes = comparison.wholes.len();
    assert!(
        wholes * 2 < comparison.statements,
        "{:#?}",
        comparison.wholes
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_of_the_repository_leave_the_state_right() {
    let mut all = of_folder("corpus/seed");
    all.extend(of_folder("corpus/silent"));
    compared(&all).await;
    compared(&of_folder("migrations")).await;
}

/// Only a look at everything shows the role; the next statement writes a schema as well as this one.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_look_at_everything_showed_does_not_hide_what_comes_next() {
    let sql = "
        create table notes (id uuid primary key);
        do $$ begin create role reader; create schema reports; end $$;
        grant usage on schema public to reader;";
    let whole = [migration("20250101000000", sql)];
    assert_eq!(failed(&compared(&whole).await), Vec::<&String>::new());
    assert_eq!(failed(&compared(&apart(sql)).await), Vec::<&String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ordinary_migration_costs_no_look_at_everything() {
    let comparison = compared(&[migration("20251101040000", RIGHT)]).await;
    assert_eq!(comparison.wholes, Vec::<String>::new());
    assert_eq!(failed(&comparison), Vec::<&String>::new());
    assert_eq!(comparison.statements, 6);
}

/// Where one begins to look, it knows everything; one that has looked all along does not look at what depends on
/// what again. Who runs ahead needs fewer transactions, and rows are versions of other ones.
fn comparable(mut run: MigrationRun) -> MigrationRun {
    run.before.dependencies = Arc::default();
    run.after.dependencies = Arc::default();
    let statements = run.statements.iter_mut().map(|it| &mut it.entries);
    let steps = run.steps.iter_mut().map(|it| &mut it.entries);
    let snapshots = [&mut run.before.entries, &mut run.after.entries];
    for entries in statements.chain(steps).chain(snapshots) {
        let same = entries.iter().map(|(id, entry)| {
            let entry = Entry {
                row_version: 0,
                ..Entry::clone(entry)
            };
            (id.clone(), Arc::new(entry))
        });
        *entries = same.collect();
    }
    run
}

async fn told_alike(migrations: &[Migration]) {
    let shadow = Shadow::start(migrations).await.unwrap();
    let alone = shadow.declare(migrations, &settings()).await.unwrap();
    let both = declare_ahead(migrations, &settings()).await.unwrap();
    assert_eq!(both.len(), alone.len());
    for (both, alone) in both.into_iter().zip(alone) {
        let (both, alone) = (comparable(both), comparable(alone));
        assert_eq!(both.statements, alone.statements, "{}", alone.version);
        assert_eq!(both, alone, "{}", alone.version);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_databases_tell_what_one_tells() {
    told_alike(&apart(EVERY_KIND)).await;
    told_alike(&of_folder("migrations")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_gets_stuck_on_is_told_by_two_as_by_one() {
    let stuck = "do $$ begin create type twice as enum ('a'); exception when duplicate_object then null; end $$;";
    let stuck = |at: usize| migration(&format!("2025020100{at:04}"), stuck);
    let mut migrations = apart("create table a (id int); create table b (id int);");
    migrations.extend((0..4).map(stuck));
    told_alike(&migrations).await;
}
