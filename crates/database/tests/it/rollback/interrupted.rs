//! Locks that cannot be had, connections that are cut, and two at once.

use lodger_database::apply::Retry;
use lodger_database::rollback::{RollbackError, RollbackOutcome, rollback};

use super::{all, roll_back, saving, with_sessions};
use crate::sessions::{insert_rows, number, ours, session, settings};

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_do_not_meet() {
    let (instance, migrations) = with_sessions().await;
    let options = all();
    let (one, other) = tokio::join!(
        roll_back(&instance, &migrations, &options),
        roll_back(&instance, &migrations, &options)
    );
    let mut outcomes = [one.unwrap().outcome, other.unwrap().outcome];
    outcomes.sort_by_key(|it| *it == RollbackOutcome::TakenOut);
    assert_eq!(
        outcomes,
        [RollbackOutcome::NothingToDo, RollbackOutcome::TakenOut]
    );
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_cannot_be_had_changes_nothing() {
    let (instance, migrations) = with_sessions().await;
    let before = ours(&instance).await;
    let reader = instance.connect_admin().await;
    let hold = "begin; select from auth.users limit 1";
    reader.batch_execute(hold).await.unwrap();
    let mut options = all();
    options.lock_timeout = std::time::Duration::from_millis(50);
    options.retry = Retry {
        attempts: 2,
        ..Retry::default()
    };
    let report = roll_back(&instance, &migrations, &options).await.unwrap();
    let RollbackOutcome::LockNotAvailable { reason } = &report.outcome else {
        panic!("{report:#?}");
    };
    assert!(reason.contains("55P03"), "{reason}");
    assert_eq!(report.attempts, 2);
    assert_eq!(ours(&instance).await, before);
    reader.batch_execute("rollback").await.unwrap();
    let report = roll_back(&instance, &migrations, &options).await.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_in_the_middle_leaves_everything() {
    let (instance, migrations) = with_sessions().await;
    insert_rows(&instance).await;
    let before = ours(&instance).await;
    let place = tempfile::tempdir().unwrap();
    let (holder, killer) = (
        instance.connect_admin().await,
        instance.connect_admin().await,
    );
    // Waits for auth.users with the rows saved and the first objects dropped; then its backend is ended.
    let hold = "begin; select from auth.users limit 1";
    holder.batch_execute(hold).await.unwrap();
    let mut options = saving(place.path());
    options.lock_timeout = std::time::Duration::from_mins(1);
    let kill = async {
        let waiting = "select pg_terminate_backend(pid) from pg_stat_activity
                       where datname = current_database() and application_name = 'lodger'
                         and wait_event_type = 'Lock'";
        while killer.query(waiting, &[]).await.unwrap().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    let (ended, ()) = tokio::join!(roll_back(&instance, &migrations, &options), kill);
    let error = ended.unwrap_err();
    assert!(matches!(error, RollbackError::Postgres { .. }), "{error:?}");
    holder.batch_execute("rollback").await.unwrap();
    // Nothing was dropped: the copy is of no use, and the next try finds the folder empty.
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
    assert_eq!(ours(&instance).await, before);
    let rows = "select count(*) from public.research_sessions";
    assert_eq!(number(&instance, rows).await, 3);
    instance.assert_strangers_untouched().await;
}

/// As `lodger demo` does on its one connection: a rehearsal first. Postgres counts what it wrote until the
/// session has been idle for a while.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_session_wrote_earlier_and_took_back_is_not_held_against_it() {
    let (instance, migrations) = with_sessions().await;
    let session = session(&instance).await;
    let earlier = "begin; update public.users set last_seen = now(); rollback";
    session.client.batch_execute(earlier).await.unwrap();
    let done = rollback(&session, &migrations, &settings(), &all(), &mut |_| {}).await;
    let report = done.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut);
    instance.assert_strangers_untouched().await;
}
