//! Several sessions at a time: copied, compared, counted, changed in batches.

use lodger_research::{
    Archived, BatchItem, BatchOperation, Duplicate, Error, ListFilter, NewDraft, NewSession,
    PageRequest, Scope, Stage, Status,
};
use serde_json::json;
use uuid::Uuid;

use crate::world::World;

async fn sessions(user: &Scope, count: usize) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for number in 0..count {
        let new = NewSession {
            parameters: json!({ "n": number }),
            ..NewSession::titled(format!("S{number}"))
        };
        ids.push(user.create_session(&new).await.unwrap().id);
    }
    ids
}

async fn save(user: &Scope, session: Uuid, stage: Stage, path: &str, text: &str) {
    let draft = NewDraft::with_content(stage, path, "text/plain", text);
    user.save_draft(session, &draft).await.unwrap();
}

fn codes(items: &[BatchItem]) -> Vec<&'static str> {
    items
        .iter()
        .map(|it| it.result.as_ref().map_or_else(Error::code, |()| "done"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_begins_anew_with_what_the_original_was_started_with() {
    let world = World::new().await;
    let (user, other) = (world.user().await, world.user().await);
    let id = sessions(&user, 1).await[0];
    save(&user, id, Stage::Writing, "a.md", "text").await;
    user.move_session(id, Status::Completed, None)
        .await
        .unwrap();
    user.archive_session(id, None).await.unwrap();
    let copy = user
        .duplicate_session(id, &Duplicate::default())
        .await
        .unwrap();
    assert_eq!(
        (copy.title.as_str(), copy.status, copy.archived_at),
        ("S0 (copy)", Status::InProgress, None)
    );
    assert_eq!((copy.parameters, copy.file_count), (json!({ "n": 0 }), 0));
    let wanted = Duplicate {
        title: Some("Again".to_owned()),
        with_drafts: true,
    };
    let full = user.duplicate_session(id, &wanted).await.unwrap();
    assert_eq!(
        (full.title.as_str(), full.file_count, full.total_size_bytes),
        ("Again", 1, 4)
    );
    let refused = other.duplicate_session(id, &wanted).await.unwrap_err();
    assert_eq!(refused.code(), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_compared_in_the_order_in_which_they_are_named() {
    let world = World::new().await;
    let (user, other) = (world.user().await, world.user().await);
    let ids = sessions(&user, 3).await;
    save(&user, ids[1], Stage::Writing, "w.md", "1234").await;
    save(&user, ids[1], Stage::Planning, "p.md", "12").await;
    let compared = user.compare_sessions(&[ids[2], ids[1]]).await.unwrap();
    assert_eq!(
        [compared[0].session.id, compared[1].session.id],
        [ids[2], ids[1]]
    );
    let stages: Vec<_> = compared[1]
        .stages
        .iter()
        .map(|it| (it.stage, it.files, it.bytes))
        .collect();
    assert_eq!(stages, [(Stage::Planning, 1, 2), (Stage::Writing, 1, 4)]);
    for wrong in [
        vec![ids[0]],
        vec![ids[0], ids[0]],
        (0..6).map(|_| Uuid::new_v4()).collect(),
    ] {
        assert_eq!(
            user.compare_sessions(&wrong).await.unwrap_err().code(),
            "invalid"
        );
    }
    assert_eq!(
        other.compare_sessions(&ids).await.unwrap_err().code(),
        "not_found"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn statistics_are_of_one_user() {
    let world = World::new().await;
    let (user, other) = (world.user().await, world.user().await);
    let ids = sessions(&user, 3).await;
    save(&user, ids[0], Stage::Writing, "w.md", "1234").await;
    user.move_session(ids[0], Status::Failed, None)
        .await
        .unwrap();
    user.archive_session(ids[1], None).await.unwrap();
    let sums = user.statistics().await.unwrap();
    assert_eq!(
        (
            sums.sessions,
            sums.archived,
            sums.in_progress,
            sums.completed,
            sums.failed
        ),
        (3, 1, 2, 0, 1)
    );
    assert_eq!(
        (sums.files, sums.bytes, sums.languages),
        (1, 4, vec![("en".to_owned(), 3)])
    );
    assert_eq!(sums.stages.len(), 1);
    let none = other.statistics().await.unwrap();
    assert_eq!(
        (none.sessions, none.files, none.bytes, none.languages.len()),
        (0, 0, 0, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_does_what_it_can_and_says_why_not_of_the_rest() {
    let world = World::new().await;
    let (user, other) = (world.user().await, world.user().await);
    let ids = sessions(&user, 3).await;
    let foreign = sessions(&other, 1).await[0];
    user.archive_session(ids[2], None).await.unwrap();
    let all = [ids[0], foreign, ids[1], ids[2]];
    let dry = user
        .batch(BatchOperation::Archive, &all, true)
        .await
        .unwrap();
    assert_eq!(
        codes(&dry),
        ["done", "not_found", "done", "already_archived"]
    );
    assert_eq!(user.get_session(ids[0]).await.unwrap().archived_at, None);
    let done = user
        .batch(BatchOperation::Archive, &all, false)
        .await
        .unwrap();
    assert_eq!(codes(&done), codes(&dry));
    assert!(
        user.get_session(ids[0])
            .await
            .unwrap()
            .archived_at
            .is_some()
    );
    assert_eq!(other.get_session(foreign).await.unwrap().archived_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_moves_and_deletes_under_the_rules_of_each() {
    let world = World::new().await;
    let (user, other) = (world.user().await, world.user().await);
    let ids = sessions(&user, 3).await;
    let foreign = sessions(&other, 1).await[0];
    let all = [ids[0], foreign, ids[1], ids[2]];
    let done = user
        .batch(BatchOperation::Complete, &ids, false)
        .await
        .unwrap();
    assert_eq!(codes(&done), ["done"; 3]);
    let done = user
        .batch(BatchOperation::Resume, &ids, false)
        .await
        .unwrap();
    assert_eq!(codes(&done), ["invalid_transition"; 3]);
    let done = user
        .batch(BatchOperation::Delete, &all, false)
        .await
        .unwrap();
    assert_eq!(codes(&done), ["done", "not_found", "done", "done"]);
    let filter = ListFilter {
        archived: Archived::Include,
        ..ListFilter::default()
    };
    assert!(
        user.list_sessions(&filter, &PageRequest::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert_eq!(
        user.batch(BatchOperation::Delete, &[], false)
            .await
            .unwrap_err()
            .code(),
        "invalid"
    );
    assert_eq!(
        user.batch(BatchOperation::Delete, &[foreign, foreign], false)
            .await
            .unwrap_err()
            .code(),
        "invalid"
    );
}
