//! Locks are waited for, given up, and taken by one Lodger at a time.

use std::time::{Duration, Instant};

use lodger_database::apply::{
    ApplyError, ApplyEvent, ApplyOptions, ApplyOutcome, LockError, apply,
};
use lodger_database::testing::SharedInstance;
use tokio_postgres::Client;

use crate::story::{RIGHT, applied, ask, instance, migration, session, settings};

/// Somebody whose transaction has written to the users and stays open.
async fn holder(instance: &SharedInstance) -> Client {
    let holder = instance.connect_admin().await;
    holder
        .batch_execute("begin; update auth.users set updated_at = updated_at")
        .await
        .unwrap();
    holder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_somebody_holds_is_waited_for_and_sign_ins_are_not_held_up() {
    let instance = instance().await;
    let holder = holder(&instance).await;
    let (tell, told) = tokio::sync::oneshot::channel();
    let release = tokio::spawn(async move {
        told.await.unwrap();
        holder.batch_execute("rollback").await.unwrap();
    });
    let mut tell = Some(tell);
    let own = session(&instance).await;
    let options = ApplyOptions {
        lock_timeout: Duration::from_millis(300),
        ..ApplyOptions::default()
    };
    let mut retries = 0;
    let report = apply(
        &own,
        &[migration("1", RIGHT)],
        &settings(),
        &options,
        &mut |event| {
            if matches!(event, ApplyEvent::Retrying { .. }) {
                retries += 1;
                tell.take().map(|tell| tell.send(()));
            }
        },
    )
    .await
    .unwrap();
    release.await.unwrap();
    assert_eq!(report.outcome, ApplyOutcome::Applied);
    assert!(retries > 0);
    assert_eq!(report.applied[0].steps[0].attempts, retries + 1);
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_is_never_given_back_ends_in_a_refusal_and_nothing_half_done() {
    let instance = instance().await;
    let holder = holder(&instance).await;
    let own = session(&instance).await;
    let mut options = ApplyOptions {
        lock_timeout: Duration::from_millis(100),
        ..ApplyOptions::default()
    };
    options.retry.attempts = 3;
    let migrations = [migration("1", RIGHT)];
    let report = apply(&own, &migrations, &settings(), &options, &mut |_| ())
        .await
        .unwrap();
    assert!(
        matches!(report.outcome, ApplyOutcome::LockNotAvailable { .. }),
        "{:?}",
        report.outcome
    );
    holder.batch_execute("rollback").await.unwrap();
    assert_eq!(
        ask(&instance, "select to_regclass('research_sessions')::text").await,
        ""
    );
    let report = applied(&instance, &migrations).await;
    assert_eq!(
        report.outcome,
        ApplyOutcome::Applied,
        "the next run carries on"
    );
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_applies_at_once_are_one_after_the_other() {
    let instance = instance().await;
    let migrations = [migration("1", RIGHT)];
    let (one, two) = tokio::join!(
        applied(&instance, &migrations),
        applied(&instance, &migrations)
    );
    assert_eq!(
        (one.outcome, two.outcome),
        (ApplyOutcome::Applied, ApplyOutcome::Applied)
    );
    assert_eq!(
        one.applied.len() + two.applied.len(),
        1,
        "only one of them did it"
    );
    let own = session(&instance).await;
    let other = session(&instance).await;
    other
        .client
        .batch_execute("select pg_advisory_lock(1)")
        .await
        .unwrap();
    let options = ApplyOptions {
        wait: Duration::from_millis(300),
        ..ApplyOptions::default()
    };
    // The project's lock, held by a session that does not let go.
    let lock = "select pg_advisory_lock(((classid::bigint << 32) | objid::bigint)) from pg_locks where false";
    other.client.batch_execute(lock).await.unwrap();
    let started = Instant::now();
    apply(&own, &migrations, &settings(), &options, &mut |_| ())
        .await
        .unwrap();
    assert!(started.elapsed() < Duration::from_mins(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_apply_says_so_when_the_first_does_not_end() {
    let instance = instance().await;
    let migrations = [migration("1", RIGHT)];
    let holder = instance.connect_admin().await;
    holder
        .batch_execute("begin; lock table auth.users in access exclusive mode")
        .await
        .unwrap();
    let first = session(&instance).await;
    let second = session(&instance).await;
    let slow = ApplyOptions {
        lock_timeout: Duration::from_secs(30),
        ..ApplyOptions::default()
    };
    let hasty = ApplyOptions {
        wait: Duration::from_millis(200),
        ..ApplyOptions::default()
    };
    let running = tokio::spawn({
        let migrations = migrations.clone();
        async move { apply(&first, &migrations, &settings(), &slow, &mut |_| ()).await }
    });
    let taken = "select count(*) from pg_locks where locktype = 'advisory' and granted";
    while ask(&instance, taken).await == "0" {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let refused = apply(&second, &migrations, &settings(), &hasty, &mut |_| ()).await;
    assert!(
        matches!(refused, Err(ApplyError::Lock(LockError::Taken { .. }))),
        "{refused:?}"
    );
    holder.batch_execute("rollback").await.unwrap();
    assert_eq!(
        running.await.unwrap().unwrap().outcome,
        ApplyOutcome::Applied
    );
}
