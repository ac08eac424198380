//! A plan that does not hold, or not any more, is not applied.

use std::time::Duration;

use lodger_database::apply::{ApplyEvent, ApplyOptions, ApplyOutcome, apply};
use lodger_database::connect::Session;
use lodger_database::testing::{Cluster, Template};
use lodger_migration::plan::MigrationState;

use crate::story::{RIGHT, applied, ask, instance, migration, planned, session, settings};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_edited_after_it_was_applied_is_refused() {
    let instance = instance().await;
    applied(&instance, &[migration("1", RIGHT)]).await;
    let edited = [migration("1", &format!("{RIGHT}\n-- a new line"))];
    let report = applied(&instance, &edited).await;
    assert_eq!(report.outcome, ApplyOutcome::Refused);
    assert_eq!(report.prepared.states, [MigrationState::Edited]);
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_sql_is_refused_by_the_plan() {
    let instance = instance().await;
    let report = applied(&instance, &[migration("1", "create tabel x (id int);")]).await;
    assert_eq!(report.outcome, ApplyOutcome::Refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_was_reviewed_is_the_plan_that_is_applied() {
    let instance = instance().await;
    let migrations = [migration("1", RIGHT)];
    let fingerprint = planned(&instance, &migrations).await.plan.fingerprint;
    instance
        .connect()
        .await
        .batch_execute("create table public.new_neighbour (id int)")
        .await
        .unwrap();
    let options = ApplyOptions {
        expected_fingerprint: Some(fingerprint),
        ..ApplyOptions::default()
    };
    let own = session(&instance).await;
    let report = apply(&own, &migrations, &settings(), &options, &mut |_| ())
        .await
        .unwrap();
    assert!(
        matches!(report.outcome, ApplyOutcome::Stale { .. }),
        "{:?}",
        report.outcome
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_auth_users_the_plan_says_so() {
    let database = Cluster::shared().database(Template::Empty).await;
    let own = Session::connect(&database.url()).await.unwrap();
    let options = ApplyOptions::default();
    let report = apply(
        &own,
        &[migration("1", RIGHT)],
        &settings(),
        &options,
        &mut |_| (),
    )
    .await
    .unwrap();
    assert_eq!(report.outcome, ApplyOutcome::Refused);
    let said: Vec<_> = report
        .prepared
        .plan
        .diagnostics
        .iter()
        .map(|it| &it.message)
        .collect();
    assert!(said.iter().any(|it| it.contains("auth")), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_after_the_plan_and_is_in_reach_stops_the_apply() {
    let instance = instance().await;
    let holder = instance.connect_admin().await;
    let hold = "begin; update auth.users set updated_at = updated_at";
    holder.batch_execute(hold).await.unwrap();
    let (tell, told) = tokio::sync::oneshot::channel();
    let neighbour = instance.connect().await;
    let busy = tokio::spawn(async move {
        told.await.unwrap();
        let theirs = "create type public.session_status as enum ('theirs')";
        neighbour.batch_execute(theirs).await.unwrap();
        holder.batch_execute("rollback").await.unwrap();
    });
    let own = session(&instance).await;
    let options = ApplyOptions {
        lock_timeout: Duration::from_millis(200),
        ..ApplyOptions::default()
    };
    // The first statement that waits is the one about auth.users; by then the type is ours, uncommitted.
    let sql = "create table waits (user_id uuid references auth.users (id) on delete cascade);
        create type session_status as enum ('in_progress');";
    let mut tell = Some(tell);
    let migrations = [migration("1", sql)];
    let report = apply(&own, &migrations, &settings(), &options, &mut |event| {
        if matches!(event, ApplyEvent::Retrying { .. }) {
            tell.take().map(|tell| tell.send(()));
        }
    })
    .await
    .unwrap();
    busy.await.unwrap();
    let ApplyOutcome::Stale { differences } = &report.outcome else {
        panic!("{:?}", report.outcome)
    };
    assert!(
        differences.iter().any(|it| it.contains("session_status")),
        "{differences:?}"
    );
    assert_eq!(
        ask(&instance, "select to_regclass('waits')::text").await,
        ""
    );
}
