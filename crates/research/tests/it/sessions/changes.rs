//! Changed, moved and archived.

use lodger_research::{Archived, Error, ListFilter, PageRequest, SessionChange, Status};

use crate::world::{World, new_session};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_names_the_version_that_it_is_based_on() {
    let world = World::new().await;
    let user = world.user().await;
    let session = new_session(&user, "One").await;
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
    let id = new_session(&user, "One").await.id;
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
    assert_eq!(world.refusal(&around).await, "LG002");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_archived_is_out_of_sight_until_it_is_restored() {
    let world = World::new().await;
    let user = world.user().await;
    let id = new_session(&user, "One").await.id;
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
