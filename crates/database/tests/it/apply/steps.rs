//! What is done in steps of its own, and carried on after an interruption.

use std::time::{Duration, Instant};

use lodger_database::apply::{ApplyError, ApplyOptions, ApplyOutcome, apply};
use lodger_migration::plan::steps::StepReason;

use crate::story::{RIGHT, applied, ask, instance, migration, session, settings};

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_key_on_a_table_with_rows_is_validated_in_a_step_of_its_own() {
    let instance = instance().await;
    let first = migration("1", "create table big (id int primary key, user_id uuid);");
    applied(&instance, std::slice::from_ref(&first)).await;
    let fill = "insert into big select i, (select id from auth.users limit 1) from generate_series(1, 500) i; analyze big";
    instance.connect().await.batch_execute(fill).await.unwrap();
    let second = migration(
        "2",
        "alter table big add foreign key (user_id) references auth.users (id) on delete cascade;
         create index big_user_id on big (user_id);",
    );
    let report = applied(&instance, &[first, second]).await;
    assert_eq!(
        report.outcome,
        ApplyOutcome::Applied,
        "{:#?}",
        report.prepared.plan.diagnostics
    );
    let reasons: Vec<_> = report.applied[0]
        .steps
        .iter()
        .map(|step| step.reason)
        .collect();
    assert_eq!(reasons, [None, Some(StepReason::Validation)]);
    let valid = "select bool_and(convalidated)::text from pg_constraint where contype = 'f' and conrelid = 'big'::regclass";
    assert_eq!(ask(&instance, valid).await, "true");
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_index_that_an_earlier_failure_left_is_dropped_before_the_retry() {
    let instance = instance().await;
    let first = migration("1", "create table words (id int primary key, word text);");
    applied(&instance, std::slice::from_ref(&first)).await;
    let client = instance.connect().await;
    client
        .batch_execute("insert into words values (1, 'a'), (2, 'a')")
        .await
        .unwrap();
    let second = migration(
        "2",
        "create unique index concurrently if not exists words_once on words (word);",
    );
    let migrations = [first, second];
    let own = session(&instance).await;
    let options = ApplyOptions::default();
    let failed = apply(&own, &migrations, &settings(), &options, &mut |_| ()).await;
    assert!(
        matches!(failed, Err(ApplyError::Statement { line: 1, .. })),
        "{failed:?}"
    );
    let indexes = "select count(*) from pg_class where relname = 'words_once'";
    assert_eq!(
        ask(&instance, indexes).await,
        "0",
        "nothing INVALID stays behind"
    );
    // Somebody else's attempt, by hand, leaves one all the same.
    client
        .batch_execute("create unique index concurrently words_once on words (word)")
        .await
        .unwrap_err();
    assert_eq!(ask(&instance, indexes).await, "1");
    client
        .batch_execute("delete from words where id = 2")
        .await
        .unwrap();
    let report = applied(&instance, &migrations).await;
    assert_eq!(report.outcome, ApplyOutcome::Applied);
    let valid = "select indisvalid::text from pg_index where indexrelid = 'words_once'::regclass";
    assert_eq!(ask(&instance, valid).await, "true");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_dies_midway_leaves_nothing_and_the_next_run_carries_on() {
    let instance = instance().await;
    let migrations = [migration("1", &format!("{RIGHT}; select pg_sleep(20);"))];
    let own = session(&instance).await;
    let running = tokio::spawn({
        let migrations = migrations.clone();
        async move {
            apply(
                &own,
                &migrations,
                &settings(),
                &ApplyOptions::default(),
                &mut |_| (),
            )
            .await
        }
    });
    let asleep = "select count(*) from pg_stat_activity where query ~ '^select pg_sleep' and state = 'active' \
        and datname = current_database()";
    let deadline = Instant::now() + Duration::from_secs(90);
    while ask(&instance, asleep).await == "0" {
        assert!(
            Instant::now() < deadline,
            "the apply never got to its last statement"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let kill = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
        where query ~ '^select pg_sleep' and datname = current_database()";
    instance
        .connect_admin()
        .await
        .batch_execute(kill)
        .await
        .unwrap();
    let failed = running.await.unwrap();
    assert!(failed.is_err(), "{failed:?}");
    assert_eq!(
        ask(&instance, "select to_regclass('research_sessions')::text").await,
        ""
    );
    instance.assert_strangers_untouched().await;
    let report = applied(&instance, &[migration("1", RIGHT)]).await;
    // The file has changed since it was begun, but no step of it was done: it is simply begun again.
    assert_eq!(report.outcome, ApplyOutcome::Applied);
}
