//! Stored as they were asked for, or refused by name.

use lodger_research::{Error, ListFilter, NewSession, PageRequest, PoolSettings, Status};
use serde_json::json;
use uuid::Uuid;

use crate::world::{World, counted, new_session};

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
async fn it_works_without_named_statements() {
    let settings = PoolSettings {
        prepared: false,
        size: 2,
        ..PoolSettings::default()
    };
    let world = World::with(settings).await;
    let user = world.user().await;
    let session = new_session(&user, "One").await;
    let page = counted();
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
