//! The outbox: every change is told to its owner, in order, and nobody else hears of it.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use lodger_research::{
    BatchOperation, NewDraft, NewSession, Principal, Scope, SessionChange, Settings, Stage, Status,
    Store,
};

use crate::world::{HOME, World, new_session};

async fn kinds(user: &Scope) -> Vec<String> {
    let page = user.events_after(0, 1000).await.unwrap();
    let numbers: Vec<i64> = page.events.iter().map(|it| it.seq).collect();
    let expected: Vec<i64> = (1..=page.last_seq).collect();
    assert_eq!(numbers, expected);
    page.events.into_iter().map(|it| it.kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_told_to_its_owner_alone() {
    let world = World::new().await;
    let (user, other) = (world.user().await, world.user().await);
    let id = new_session(&user, "One").await.id;
    let change = SessionChange {
        title: Some("Two".to_owned()),
        ..SessionChange::default()
    };
    user.update_session(id, &change, None).await.unwrap();
    user.move_session(id, Status::Failed, None).await.unwrap();
    user.move_session(id, Status::InProgress, None)
        .await
        .unwrap();
    user.move_session(id, Status::Completed, None)
        .await
        .unwrap();
    user.archive_session(id, None).await.unwrap();
    user.restore_session(id, None).await.unwrap();
    let draft = NewDraft::with_content(Stage::Writing, "a.md", "text/plain", "a");
    let saved = user.save_draft(id, &draft).await.unwrap().draft;
    user.save_draft(id, &draft).await.unwrap();
    user.delete_draft(saved.id).await.unwrap();
    user.save_draft(id, &draft).await.unwrap();
    user.batch(BatchOperation::Delete, &[id], false)
        .await
        .unwrap();
    let told = [
        "created",
        "updated",
        "failed",
        "resumed",
        "completed",
        "archived",
        "restored",
    ];
    let mut expected: Vec<String> = told.iter().map(|it| format!("session.{it}")).collect();
    expected.extend(
        [
            "draft.saved",
            "draft.deleted",
            "draft.saved",
            "session.deleted",
        ]
        .map(str::to_owned),
    );
    assert_eq!(kinds(&user).await, expected);
    assert!(kinds(&other).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_are_gone_are_not_passed_over_in_silence() {
    let world = World::new().await;
    let user = world.user().await;
    for _ in 0..3 {
        new_session(&user, "One").await;
    }
    let page = user.events_after(1, 1).await.unwrap();
    assert_eq!(
        (page.events.len(), page.last_seq, page.reset),
        (1, 3, false)
    );
    assert_eq!(
        (page.events[0].seq, &page.events[0].payload["title"]),
        (2, &serde_json::json!("One"))
    );
    let prune = "delete from research_events where seq <= 2; update research_event_heads set pruned_seq = 2 where last_seq = 3";
    world.admin().await.batch_execute(prune).await.unwrap();
    let gone = user.events_after(1, 10).await.unwrap();
    assert_eq!((gone.reset, gone.events.len(), gone.last_seq), (true, 0, 3));
    let there = user.events_after(2, 10).await.unwrap();
    assert_eq!((there.reset, there.events.len()), (false, 1));
    assert!(user.events_after(4, 10).await.unwrap().reset);
    assert_eq!(
        user.events_after(-1, 10).await.unwrap_err().code(),
        "invalid"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_have_no_gaps_under_concurrent_changes() {
    let world = World::new().await;
    let user = world.user().await;
    let new = NewSession::titled("One");
    let made = join_all((0..60).map(|_| user.create_session(&new))).await;
    assert!(made.iter().all(Result::is_ok));
    // some of them undone
    for _ in 0..5 {
        let mut work = user.begin().await.unwrap();
        work.create_session(&new).await.unwrap();
        drop(work);
    }
    user.create_session(&new).await.unwrap();
    assert_eq!(kinds(&user).await.len(), 61);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_woken_by_this_process_and_by_another() {
    let world = World::new().await;
    let user = world.user().await;
    let settings = Settings {
        home_schema: HOME.to_owned(),
        poll: Duration::from_mins(10),
    };
    let other = Store::new(
        lodger_research::Pool::new(
            &world.database.url(),
            lodger_research::PoolSettings::default(),
        )
        .unwrap(),
        settings,
    );
    let _listening = other.listen();
    let elsewhere = other
        .as_user(&Principal::user(user.user_id(), false))
        .unwrap();
    let mut there = elsewhere.changes();
    // the first one says that it listens
    tokio::time::timeout(Duration::from_secs(20), there.changed())
        .await
        .unwrap();
    let mut here = user.changes();
    let begun = Instant::now();
    new_session(&user, "One").await;
    here.changed().await;
    tokio::time::timeout(Duration::from_secs(20), there.changed())
        .await
        .unwrap();
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(elsewhere.events_after(0, 10).await.unwrap().last_seq, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_others_is_left_alone() {
    let world = World::new().await;
    let (user, mut other) = (world.user().await, world.user().await);
    let lane = |id: uuid::Uuid| id.as_bytes().iter().fold(0, |sum, byte| sum ^ byte);
    while lane(other.user_id()) == lane(user.user_id()) {
        other = world.user().await;
    }
    let (mut mine, mut theirs) = (user.changes(), other.changes());
    new_session(&user, "One").await;
    mine.changed().await;
    let woken = tokio::time::timeout(Duration::from_millis(300), theirs.changed()).await;
    assert!(woken.is_err(), "nothing of theirs has changed");
}
