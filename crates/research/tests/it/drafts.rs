//! Drafts: saved by path, counted, and gone with their session.

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};
use lodger_research::{DraftFilter, Error, NewDraft, NewSession, Stage};
use uuid::Uuid;

use crate::world::{World, new_session};

fn draft(path: &str, text: &str) -> NewDraft {
    NewDraft::with_content(Stage::Planning, path, "text/markdown", text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_saved_by_its_path() {
    let world = World::new().await;
    let user = world.user().await;
    let session = new_session(&user, "One").await;
    let first = user
        .save_draft(session.id, &draft("2_planning/a.md", "one"))
        .await
        .unwrap();
    assert!(first.created && first.changed);
    assert_eq!(
        (first.draft.size_bytes, first.draft.user_id),
        (3, user.user_id())
    );
    let same = user
        .save_draft(session.id, &draft("2_planning/a.md", "one"))
        .await
        .unwrap();
    assert!(!same.created && !same.changed);
    assert_eq!(same.draft, first.draft);
    let other = user
        .save_draft(session.id, &draft("2_planning/a.md", "two!"))
        .await
        .unwrap();
    assert!(!other.created && other.changed);
    assert_eq!(other.draft.id, first.draft.id);
    let content = user.get_draft_content(first.draft.id).await.unwrap();
    assert_eq!(content.content.as_deref(), Some(b"two!".as_slice()));
    let session = user.get_session(session.id).await.unwrap();
    assert_eq!((session.file_count, session.total_size_bytes), (1, 4));

    let stages = user.list_stages(session.id).await.unwrap();
    let sizes: Vec<_> = stages
        .iter()
        .map(|it| (it.stage, it.drafts.len()))
        .collect();
    assert_eq!(
        sizes,
        Stage::ALL.map(|it| (it, usize::from(it == Stage::Planning)))
    );
    user.delete_draft(first.draft.id).await.unwrap();
    assert_eq!(
        user.delete_draft(first.draft.id).await.unwrap_err().code(),
        "not_found"
    );
    let session = user.get_session(session.id).await.unwrap();
    assert_eq!((session.file_count, session.total_size_bytes), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_are_their_owners_alone() {
    let world = World::new().await;
    let (owner, other) = (world.user().await, world.user().await);
    let session = new_session(&owner, "One").await.id;
    let saved = owner
        .save_draft(session, &draft("a.md", "one"))
        .await
        .unwrap()
        .draft;
    let absent = |code: &str| assert_eq!(code, "not_found");
    absent(other.get_draft(saved.id).await.unwrap_err().code());
    absent(other.get_draft_content(saved.id).await.unwrap_err().code());
    absent(other.delete_draft(saved.id).await.unwrap_err().code());
    absent(
        other
            .list_drafts(session, &DraftFilter::default())
            .await
            .unwrap_err()
            .code(),
    );
    absent(
        other
            .save_draft(session, &draft("b.md", "b"))
            .await
            .unwrap_err()
            .code(),
    );
    absent(
        owner
            .save_draft(Uuid::new_v4(), &draft("b.md", "b"))
            .await
            .unwrap_err()
            .code(),
    );
    assert_eq!(
        owner
            .list_drafts(session, &DraftFilter::default())
            .await
            .unwrap(),
        [saved]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_by_store_and_database() {
    let world = World::new().await;
    let user = world.user().await;
    let session = new_session(&user, "One").await.id;
    for path in [
        "/etc/passwd",
        "../a",
        "a/../../b",
        "",
        "a\\b",
        "a//b",
        "a/.",
    ] {
        let refused = user
            .save_draft(session, &draft(path, "x"))
            .await
            .unwrap_err();
        assert!(
            matches!(&refused, Error::Invalid(faults) if faults[0].field == "file_path"),
            "{path}: {refused:?}"
        );
        let around = format!(
            "insert into draft_files (session_id, user_id, stage, file_path) \
            values ('{session}', '{}', '2_planning', '{path}')",
            user.user_id()
        );
        assert_eq!(world.refusal(&around).await, "23514", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn content_is_what_size_and_hash_say_and_not_too_big() {
    let world = World::new().await;
    let user = world.user().await;
    let session = user.create_session(&NewSession::titled("One")).await;
    let session = session.unwrap().id;
    let lie = NewDraft {
        sha256: "0".repeat(64),
        ..draft("a.md", "x")
    };
    assert_eq!(
        user.save_draft(session, &lie).await.unwrap_err().code(),
        "invalid"
    );
    let big = NewDraft::with_content(
        Stage::Writing,
        "a.pdf",
        "application/pdf",
        vec![0; 4 * 1024 * 1024 + 1],
    );
    assert_eq!(
        user.save_draft(session, &big).await.unwrap_err().code(),
        "invalid"
    );
    let known = NewDraft {
        content: None,
        ..big
    };
    let saved = user.save_draft(session, &known).await.unwrap().draft;
    assert!(!saved.has_content);
    assert_eq!(
        user.get_session(session).await.unwrap().total_size_bytes,
        4 * 1024 * 1024 + 1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_are_exact_under_a_thousand_concurrent_drafts() {
    let world = World::new().await;
    let user = world.user().await;
    let new = NewSession::titled("One");
    let sessions = join_all((0..2).map(|_| user.create_session(&new))).await;
    let sessions: Vec<Uuid> = sessions.into_iter().map(|it| it.unwrap().id).collect();
    let saved = stream::iter(0..1000_usize).map(|number| {
        let (user, session) = (&user, sessions[number % 2]);
        async move {
            // every fifth is of a path that stands there, or will
            let path = format!("f{}.md", if number % 5 == 0 { number % 20 } else { number });
            user.save_draft(session, &draft(&path, &"x".repeat(number)))
                .await
                .unwrap();
        }
    });
    saved.buffer_unordered(16).collect::<Vec<()>>().await;
    let truth = "select bool_and(s.file_count = d.files and s.total_size_bytes = d.bytes) || ' ' || sum(d.files) \
        from research_sessions s join (select session_id, count(*) as files, sum(size_bytes) as bytes \
        from draft_files group by session_id) d on d.session_id = s.id";
    assert_eq!(world.ask(truth).await, "true 804");

    // moved and deleted in one statement each
    let client = world.admin().await;
    let around = format!(
        "update draft_files set session_id = '{}' where file_path like '%3.md'",
        sessions[0]
    );
    client.batch_execute(&around).await.unwrap();
    client
        .batch_execute("delete from draft_files where file_path like '%7.md'")
        .await
        .unwrap();
    assert!(world.ask(truth).await.starts_with("true "));
}
