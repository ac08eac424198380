//! Adopt: exactly the objects of the declared shape, and nothing that somebody else uses.

use std::time::Duration;

use lodger_database::adopt::{AdoptOptions, AdoptReport, LeftReason, adopt};
use lodger_database::rollback::{
    Forgotten, RollbackOptions, RollbackOutcome, RollbackTarget, rollback,
};
use lodger_database::testing::{Cluster, SharedInstance, Variant};
use lodger_migration::migration::Migration;

use crate::sessions::{
    LATER, SESSIONS, applied, migration, number, ours, session, settings, shared_instance,
};

/// What should never have been run on a shared instance: a users table of its own, foreign keys that then
/// point at somebody else's, a function under everybody's name.
const WRONG: &str =
    include_str!("../../../../corpus/seed/20251101030227_create_users_sessions_drafts_tables.sql");

/// As somebody does in a web editor: statement by statement, going on after an error.
async fn run_by_hand(instance: &SharedInstance, text: &str) {
    let client = instance.connect().await;
    for statement in migration("0", "old", text).statements {
        client.batch_execute(&statement.text).await.ok();
    }
}

async fn adopting(
    instance: &SharedInstance,
    migrations: &[Migration],
    options: &AdoptOptions,
) -> AdoptReport {
    let session = session(instance).await;
    adopt(&session, migrations, &settings(), options)
        .await
        .unwrap()
}

fn from(text: &str) -> AdoptOptions {
    AdoptOptions {
        from: Some(migration("0", "old", text)),
        ..AdoptOptions::default()
    }
}

fn names(report: &AdoptReport) -> String {
    let names: Vec<String> = report.claimed.iter().map(ToString::to_string).collect();
    names.join("\n")
}

fn left(report: &AdoptReport) -> String {
    let lines: Vec<String> = report
        .left
        .iter()
        .map(|it| {
            let related = match &it.reason {
                LeftReason::PartOf(id) => id.to_string(),
                LeftReason::UsedBy(ids) => ids.first().map(ToString::to_string).unwrap_or_default(),
                _ => String::new(),
            };
            let line = format!("{}: {} {related}", it.object, it.reason.as_str());
            line.trim_end().to_owned()
        })
        .collect();
    lines.join("\n")
}

/// What happened to the strangers besides the new body of their function, which whoever ran the wrong file
/// by hand has on his conscience, and the test's own setting.
async fn other_damage(instance: &SharedInstance) -> Vec<String> {
    let mut damage = instance.damage().await;
    let known = ["update_updated_at_column", "daily work", "supautils"];
    damage.retain(|it| !known.iter().any(|known| it.contains(known)));
    damage
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_wrong_file_made_can_be_claimed_and_taken_out() {
    let instance = shared_instance().await;
    run_by_hand(&instance, WRONG).await;
    let report = adopting(&instance, &[], &from(WRONG)).await;
    insta::assert_snapshot!(names(&report));
    insta::assert_snapshot!(left(&report));
    assert!(report.unknown.is_empty(), "{:?}", report.unknown);

    let again = adopting(&instance, &[], &from(WRONG)).await;
    assert!(again.claimed.is_empty());
    assert_eq!(again.already, report.claimed);

    let mut options = RollbackOptions::new(RollbackTarget::All);
    options.forget = true;
    let session = session(&instance).await;
    let done = rollback(&session, &[], &settings(), &options, &mut |_| {}).await;
    let done = done.unwrap();
    assert_eq!(done.outcome, RollbackOutcome::TakenOut, "{done:#?}");
    assert_eq!(done.bookkeeping, Some(Forgotten::Removed));
    assert_eq!(ours(&instance).await, Vec::<String>::new());
    let users = "select count(*) from public.users";
    assert_eq!(number(&instance, users).await, 153);
    let function = "select count(*) from pg_proc where proname = 'update_updated_at_column'";
    assert_eq!(number(&instance, function).await, 1);
    assert_eq!(other_damage(&instance).await, Vec::<String>::new());
}

/// Where supautils is loaded, DROP TRIGGER locks many tables of the landlord: it goes alone, and first.
#[tokio::test(flavor = "multi_thread")]
async fn under_supautils_attachments_go_in_a_transaction_of_their_own() {
    let instance = shared_instance().await;
    let admin = instance.connect_admin().await;
    let name = instance.database().name();
    let load = format!("alter database {name} set supautils.policy_grants = '{{}}'");
    admin.batch_execute(&load).await.unwrap();
    run_by_hand(&instance, WRONG).await;
    adopting(&instance, &[], &from(WRONG)).await;
    // Rows stand in the way of everything else.
    let row = "insert into public.research_sessions (user_id, title)
               select id, 'kept' from public.users limit 1";
    admin.batch_execute(row).await.unwrap();
    let place = tempfile::tempdir().unwrap();
    let mut options = RollbackOptions::new(RollbackTarget::All);
    options.export = Some(place.path().to_owned());
    options.lock_timeout = Duration::from_millis(100);
    options.retry.attempts = 1;
    let hold = "begin; select from public.research_sessions";
    admin.batch_execute(hold).await.unwrap();
    let session = session(&instance).await;
    let roll_back = async || {
        let done = rollback(&session, &[], &settings(), &options, &mut |_| {}).await;
        done.unwrap()
    };
    let begun = roll_back().await;
    assert!(matches!(
        begun.outcome,
        RollbackOutcome::LockNotAvailable { .. }
    ));
    let dropped: Vec<String> = begun.dropped.iter().map(ToString::to_string).collect();
    assert_eq!(dropped, ["trigger update_users_updated_at on public.users"]);
    admin.batch_execute("rollback").await.unwrap();
    let finished = roll_back().await;
    assert_eq!(finished.outcome, RollbackOutcome::TakenOut, "{finished:#?}");
    assert_eq!(finished.exported.iter().map(|it| it.rows).sum::<u64>(), 1);
    assert_eq!(ours(&instance).await, Vec::<String>::new());
    assert_eq!(other_damage(&instance).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_writes_nothing() {
    let instance = shared_instance().await;
    let client = instance.connect().await;
    client.batch_execute(SESSIONS).await.unwrap();
    let options = AdoptOptions {
        dry_run: true,
        ..from(SESSIONS)
    };
    let report = adopting(&instance, &[], &options).await;
    assert!(!report.claimed.is_empty());
    let lodger = "select count(*) from pg_namespace where nspname = 'lodger'";
    assert_eq!(number(&instance, lodger).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_that_are_there_become_the_baseline() {
    let instance = shared_instance().await;
    let client = instance.connect().await;
    client.batch_execute(SESSIONS).await.unwrap();
    let more =
        "create table research_more (id int primary key); create table research_most (id int);";
    client
        .batch_execute("create table research_more (id int primary key)")
        .await
        .unwrap();
    let migrations = [
        migration("20251101040000", "sessions", SESSIONS),
        migration("20251102040000", "later", LATER),
        migration("20251103040000", "more", more),
        migration("20251104040000", "rows", "select 1"),
    ];
    let report = adopting(&instance, &migrations, &AdoptOptions::default()).await;
    let recorded = [("20251101040000".to_owned(), "sessions".to_owned())];
    assert_eq!(report.recorded, recorded);
    assert!(report.left.is_empty(), "{:?}", report.left);
    let not_recorded: Vec<String> = report
        .not_recorded
        .iter()
        .map(|it| format!("{}: {}: {}", it.version, it.reason, it.missing.join(", ")))
        .collect();
    insta::assert_snapshot!(not_recorded.join("\n"));

    client
        .batch_execute("drop table research_more")
        .await
        .unwrap();
    applied(&session(&instance).await, &migrations, &settings()).await;
    let options = RollbackOptions::new(RollbackTarget::All);
    let session = session(&instance).await;
    let done = rollback(&session, &migrations, &settings(), &options, &mut |_| {}).await;
    assert_eq!(done.unwrap().outcome, RollbackOutcome::TakenOut);
    assert_eq!(ours(&instance).await, Vec::<String>::new());
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_shape_and_another_projects_claim_are_left_alone() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::SharedEnum).await;
    let text = "
        create table research_ours (id int primary key);
        create table research_theirs (id int primary key);";
    let mut board = settings();
    board.project = "board".into();
    let theirs = [migration(
        "1",
        "t",
        "create table research_theirs (id int primary key)",
    )];
    applied(&session(&instance).await, &theirs, &board).await;
    let client = instance.connect().await;
    client
        .batch_execute("create table research_ours (id int primary key)")
        .await
        .unwrap();
    let both = format!("create type session_status as enum ('in_progress');{text} broken;");
    let report = adopting(&instance, &[], &from(&both)).await;
    insta::assert_snapshot!(names(&report));
    insta::assert_snapshot!(left(&report));
    assert_eq!(report.unknown.len(), 1, "{:?}", report.unknown);
    instance.assert_strangers_untouched().await;
}
