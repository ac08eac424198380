//! Sessions: made, listed, changed, moved, archived, deleted, by their owner alone.

use lodger_research::{
    Archived, Count, Error, ListFilter, NewSession, PageRequest, PoolSettings, Scope,
    SessionChange, Status,
};
use serde_json::json;
use uuid::Uuid;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_stored_as_it_was_asked_for() {
    let world = World::new().await;
    let user = world.user().await;
    let new = NewSession {
        id: Some(Uuid::new_v4()),
        language: "vi-VN".to_owned(),
        parameters: json!({ "depth": 3, "tone": "it's" }),
        ..NewSession::titled("Tides of the Severn; drop table")
    };
    let made = user.create_session(&new).await.unwrap();
    assert_eq!(Some(made.id), new.id);
    assert_eq!(
        (made.user_id, made.version, made.status),
        (user.user_id(), 1, Status::InProgress)
    );
    assert_eq!(
        (&made.title, &made.language, &made.parameters),
        (&new.title, &new.language, &new.parameters)
    );
    assert_eq!(
        (made.file_count, made.total_size_bytes, made.archived_at),
        (0, 0, None)
    );
    assert_eq!(user.get_session(made.id).await.unwrap(), made);
    let again = user.create_session(&new).await.unwrap_err();
    assert!(matches!(again, Error::AlreadyExists), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named() {
    let world = World::new().await;
    let user = world.user().await;
    let field = async |new: NewSession| match user.create_session(&new).await.unwrap_err() {
        Error::Invalid(faults) => faults
            .iter()
            .map(|it| it.field)
            .collect::<Vec<_>>()
            .join(", "),
        other => panic!("{other:?}"),
    };
    let base = || NewSession::titled("T");
    assert_eq!(field(NewSession::titled(" ")).await, "title");
    assert_eq!(field(NewSession::titled("x".repeat(501))).await, "title");
    assert_eq!(field(NewSession::titled("a\0b")).await, "title");
    assert_eq!(
        field(NewSession {
            language: "klingon!".to_owned(),
            ..base()
        })
        .await,
        "language"
    );
    assert_eq!(
        field(NewSession {
            language: "!".to_owned(),
            parameters: json!([1]),
            ..NewSession::titled("")
        })
        .await,
        "title, language, parameters"
    );
    assert_eq!(
        field(NewSession {
            parameters: json!({ "a": "\u{0}" }),
            ..base()
        })
        .await,
        "value"
    );
    let page = PageRequest {
        limit: 0,
        ..PageRequest::default()
    };
    let refused = user
        .list_sessions(&ListFilter::default(), &page)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "invalid");
    let page = PageRequest {
        cursor: Some("01".repeat(41)),
        ..PageRequest::default()
    };
    let refused = user
        .list_sessions(&ListFilter::default(), &page)
        .await
        .unwrap_err();
    assert!(
        ["cursor_unreadable", "cursor_of_other_filter"].contains(&refused.code()),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_sees_or_changes_it() {
    let world = World::new().await;
    let (owner, other) = (world.user().await, world.user().await);
    let session = owner
        .create_session(&NewSession::titled("Mine"))
        .await
        .unwrap();
    let change = SessionChange {
        title: Some("Theirs".to_owned()),
        ..SessionChange::default()
    };
    let absent = |result: Result<_, Error>| matches!(result.unwrap_err(), Error::NotFound(_));
    assert!(absent(other.get_session(session.id).await));
    assert!(absent(
        other.update_session(session.id, &change, None).await
    ));
    assert!(absent(
        other.move_session(session.id, Status::Failed, None).await
    ));
    assert!(absent(other.archive_session(session.id, None).await));
    assert!(absent(other.restore_session(session.id, None).await));
    assert!(matches!(
        other.delete_session(session.id, None).await.unwrap_err(),
        Error::NotFound(_)
    ));
    let all = ListFilter {
        archived: Archived::Include,
        ..ListFilter::default()
    };
    let page = PageRequest {
        count: Count::Exact,
        ..PageRequest::default()
    };
    let seen = other.list_sessions(&all, &page).await.unwrap();
    assert_eq!(
        (seen.items.len(), seen.total, seen.next),
        (0, Some(0), None)
    );
    assert_eq!(owner.get_session(session.id).await.unwrap(), session);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_names_the_version_that_it_is_based_on() {
    let world = World::new().await;
    let user = world.user().await;
    let session = user
        .create_session(&NewSession::titled("One"))
        .await
        .unwrap();
    let change = |title: &str| SessionChange {
        title: Some(title.to_owned()),
        ..SessionChange::default()
    };
    let second = user
        .update_session(session.id, &change("Two"), Some(1))
        .await
        .unwrap();
    assert_eq!((second.version, second.title.as_str()), (2, "Two"));
    assert!(second.updated_at > session.updated_at);
    let late = user
        .update_session(session.id, &change("Three"), Some(1))
        .await
        .unwrap_err();
    assert!(
        matches!(late, Error::VersionMismatch { current: 2 }),
        "{late:?}"
    );
    let late = user.delete_session(session.id, Some(7)).await.unwrap_err();
    assert!(
        matches!(late, Error::VersionMismatch { current: 2 }),
        "{late:?}"
    );
    let nothing = user
        .update_session(session.id, &SessionChange::default(), None)
        .await
        .unwrap_err();
    assert_eq!(nothing.code(), "invalid");
    user.delete_session(session.id, Some(2)).await.unwrap();
    assert_eq!(
        user.get_session(session.id).await.unwrap_err().code(),
        "not_found"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_moves_only_where_it_may() {
    let world = World::new().await;
    let user = world.user().await;
    let id = user
        .create_session(&NewSession::titled("One"))
        .await
        .unwrap()
        .id;
    assert_eq!(
        user.move_session(id, Status::Failed, None)
            .await
            .unwrap()
            .status,
        Status::Failed
    );
    let refused = user
        .move_session(id, Status::Completed, None)
        .await
        .unwrap_err();
    let Error::InvalidTransition { from, to, allowed } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(
        (from, to, allowed),
        (Status::Failed, Status::Completed, vec![Status::InProgress])
    );
    user.move_session(id, Status::InProgress, None)
        .await
        .unwrap();
    user.move_session(id, Status::Completed, None)
        .await
        .unwrap();
    for to in Status::ALL {
        let refused = user.move_session(id, to, None).await.unwrap_err();
        assert!(
            matches!(refused, Error::InvalidTransition { ref allowed, .. } if allowed.is_empty()),
            "{refused:?}"
        );
    }
    // not even around the store
    let around = format!(
        "set role authenticated; set request.jwt.claims = '{{\"sub\":\"{}\"}}'; \
        update research_sessions set status = 'in_progress'",
        user.user_id()
    );
    let refused = world
        .admin()
        .await
        .batch_execute(&around)
        .await
        .unwrap_err();
    assert_eq!(refused.code().unwrap().code(), "LG002");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_archived_is_out_of_sight_until_it_is_restored() {
    let world = World::new().await;
    let user = world.user().await;
    let id = user
        .create_session(&NewSession::titled("One"))
        .await
        .unwrap()
        .id;
    let titles = async |archived| {
        let filter = ListFilter {
            archived,
            ..ListFilter::default()
        };
        user.list_sessions(&filter, &PageRequest::default())
            .await
            .unwrap()
            .items
            .len()
    };
    let session = user.archive_session(id, Some(1)).await.unwrap();
    assert!(session.archived_at.is_some());
    assert_eq!(
        (
            titles(Archived::Exclude).await,
            titles(Archived::Only).await,
            titles(Archived::Include).await
        ),
        (0, 1, 1)
    );
    assert!(matches!(
        user.archive_session(id, None).await.unwrap_err(),
        Error::AlreadyArchived
    ));
    assert_eq!(
        user.restore_session(id, None).await.unwrap().archived_at,
        None
    );
    assert!(matches!(
        user.restore_session(id, None).await.unwrap_err(),
        Error::NotArchived
    ));
    assert_eq!(
        (
            titles(Archived::Exclude).await,
            titles(Archived::Only).await
        ),
        (1, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_and_counts_count_all_pages() {
    let world = World::new().await;
    let user = world.user().await;
    for number in 0..7 {
        let language = if number % 2 == 0 { "en" } else { "vi" };
        let new = NewSession {
            language: language.to_owned(),
            ..NewSession::titled(format!("Tide 100% {number}"))
        };
        let id = user.create_session(&new).await.unwrap().id;
        if number < 3 {
            user.move_session(id, Status::Completed, None)
                .await
                .unwrap();
        }
    }
    let total = async |narrow: fn(&mut ListFilter)| {
        let mut filter = ListFilter::default();
        narrow(&mut filter);
        count(&user, &filter).await
    };
    assert_eq!(total(|_| ()).await, 7);
    assert_eq!(total(|it| it.statuses = vec![Status::Completed]).await, 3);
    assert_eq!(total(|it| it.statuses = Status::ALL.to_vec()).await, 7);
    assert_eq!(total(|it| it.language = Some("vi".into())).await, 3);
    assert_eq!(total(|it| it.title = Some("tIDE 100% 3".into())).await, 1);
    assert_eq!(total(|it| it.title = Some("100_".into())).await, 0);
    let page = PageRequest::default();
    let all = user.list_sessions(&ListFilter::default(), &page).await;
    let middle = Some(all.unwrap().items[3].created_at);
    let mut filter = ListFilter {
        created_from: middle,
        ..ListFilter::default()
    };
    assert_eq!(count(&user, &filter).await, 4);
    (filter.created_from, filter.created_to) = (None, middle);
    assert_eq!(count(&user, &filter).await, 3);
}

async fn count(user: &Scope, filter: &ListFilter) -> i64 {
    let page = PageRequest {
        limit: 2,
        count: Count::Exact,
        ..PageRequest::default()
    };
    let page = user.list_sessions(filter, &page).await.unwrap();
    page.total.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_neither_repeat_nor_skip_while_rows_come_in() {
    let world = World::new().await;
    let user = world.user().await;
    // equal times, so that ids decide
    let fill = format!(
        "insert into research_sessions (user_id, title, created_at) \
         select '{}', 'S' || n, '2026-01-01'::timestamptz + (n / 10) * interval '1 second' from generate_series(1, 95) as n",
        user.user_id()
    );
    world.admin().await.batch_execute(&fill).await.unwrap();
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageRequest {
            limit: 20,
            cursor,
            count: Count::None,
        };
        let page = user
            .list_sessions(&ListFilter::default(), &page)
            .await
            .unwrap();
        seen.extend(page.items.into_iter().map(|it| it.id));
        user.create_session(&NewSession::titled("New"))
            .await
            .unwrap();
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 95);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 95);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_works_without_named_statements() {
    let settings = PoolSettings {
        prepared: false,
        size: 2,
        ..PoolSettings::default()
    };
    let world = World::with(settings).await;
    let user = world.user().await;
    let session = user
        .create_session(&NewSession::titled("One"))
        .await
        .unwrap();
    let page = PageRequest {
        count: Count::Exact,
        ..PageRequest::default()
    };
    let page = user
        .list_sessions(&ListFilter::default(), &page)
        .await
        .unwrap();
    assert_eq!((page.items, page.total), (vec![session.clone()], Some(1)));
    let done = user
        .move_session(session.id, Status::Completed, Some(1))
        .await
        .unwrap();
    assert_eq!(done.version, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_writes_nothing() {
    let world = World::new().await;
    let user = world.user().await;
    let id = user
        .create_session(&NewSession::titled("One"))
        .await
        .unwrap()
        .id;
    let rows = "select string_agg(xmin::text || ' ' || ctid::text || ' ' || xmax::text, ',' order by id) from research_sessions";
    let before = world.ask(rows).await;
    user.get_session(id).await.unwrap();
    user.list_stages(id).await.unwrap();
    user.list_sessions(&ListFilter::default(), &PageRequest::default())
        .await
        .unwrap();
    assert_eq!(world.ask(rows).await, before);
}
