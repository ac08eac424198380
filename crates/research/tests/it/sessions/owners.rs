//! Their owner's alone, who may look at them without changing anything.

use lodger_research::{Archived, Error, ListFilter, PageRequest, SessionChange, Status};

use crate::world::{World, counted, new_session};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_sees_or_changes_it() {
    let world = World::new().await;
    let (owner, other) = (world.user().await, world.user().await);
    let session = new_session(&owner, "Mine").await;
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
    let page = counted();
    let seen = other.list_sessions(&all, &page).await.unwrap();
    assert_eq!(
        (seen.items.len(), seen.total, seen.next),
        (0, Some(0), None)
    );
    assert_eq!(owner.get_session(session.id).await.unwrap(), session);
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_writes_nothing() {
    let world = World::new().await;
    let user = world.user().await;
    let id = new_session(&user, "One").await.id;
    let rows = "select string_agg(xmin::text || ' ' || ctid::text || ' ' || xmax::text, ',' order by id) from research_sessions";
    let before = world.ask(rows).await;
    user.get_session(id).await.unwrap();
    user.list_stages(id).await.unwrap();
    user.list_sessions(&ListFilter::default(), &PageRequest::default())
        .await
        .unwrap();
    assert_eq!(world.ask(rows).await, before);
}
