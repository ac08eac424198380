//! The same request gets the same answer, however often and however much at once it is sent.

use futures_util::future::join_all;
use lodger_research::{IdempotencyKey, ListFilter, NewSession, Result, Scope};
use serde_json::{Value, json};

use crate::world::{World, counted};

/// What an API does with a request that has a key.
async fn create(user: &Scope, key: &IdempotencyKey, title: &str) -> Result<(Value, bool)> {
    let mut work = user.begin().await?;
    if let Some(response) = work.recall(key).await? {
        return Ok((response, true));
    }
    let session = work.create_session(&NewSession::titled(title)).await?;
    let response = json!({ "status": 201, "id": session.id });
    work.remember(key, &response).await?;
    work.commit().await?;
    Ok((response, false))
}

async fn count(user: &Scope) -> i64 {
    let page = counted();
    user.list_sessions(&ListFilter::default(), &page)
        .await
        .unwrap()
        .total
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_equal_requests_at_once_make_one_session() {
    let world = World::new().await;
    let (user, other) = (world.user().await, world.user().await);
    let key = IdempotencyKey::new("k-1", b"POST /v1/sessions {title: One}").unwrap();
    let answers = join_all((0..50).map(|_| create(&user, &key, "One"))).await;
    let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|(_, replayed)| !replayed).count(), 1);
    assert!(answers.iter().all(|(answer, _)| *answer == answers[0].0));
    assert_eq!(count(&user).await, 1);

    let changed = IdempotencyKey::new("k-1", b"POST /v1/sessions {title: Two}").unwrap();
    assert_eq!(
        create(&user, &changed, "Two").await.unwrap_err().code(),
        "idempotency_mismatch"
    );
    // another user's key is another key
    assert!(!create(&other, &changed, "Two").await.unwrap().1);
    let refused = IdempotencyKey::new("", b"").unwrap_err();
    assert_eq!(refused.code(), "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_failed_or_expired_may_be_sent_again() {
    let world = World::new().await;
    let user = world.user().await;
    let key = IdempotencyKey::new("k-1", b"request").unwrap();
    assert_eq!(
        create(&user, &key, " ").await.unwrap_err().code(),
        "invalid"
    );
    assert!(!create(&user, &key, "One").await.unwrap().1);
    assert!(create(&user, &key, "One").await.unwrap().1);
    let expire = "update research_idempotency_keys set expires_at = now() - interval '1 second'";
    world.admin().await.batch_execute(expire).await.unwrap();
    assert!(!create(&user, &key, "One").await.unwrap().1);
    assert_eq!(count(&user).await, 2);
}
