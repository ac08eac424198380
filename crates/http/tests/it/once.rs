//! Requests that are sent again are not carried out again.

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::world::{Answer, Person, World};

async fn post(person: &Person, key: &str, path: &str, body: Value) -> Answer {
    let headers = [("idempotency-key", key)];
    person.ask(Method::POST, path, &headers, body).await
}

#[tokio::test]
async fn fifty_equal_requests_make_one_session() {
    let world = World::new().await;
    let ann = world.person().await;
    let all = (0..50).map(|_| post(&ann, "key-1", "/v1/sessions", json!({"title": "Tides"})));
    let answers = join_all(all).await;
    let first = answers[0].json();
    for answer in &answers {
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (201, first.clone())
        );
        assert_eq!(answer.header("etag"), "\"v1\"");
        assert!(
            answer
                .header("location")
                .ends_with(first["id"].as_str().unwrap())
        );
    }
    let replayed = answers
        .iter()
        .filter(|it| it.header("idempotency-replayed") == "true");
    assert_eq!(replayed.count(), 49);
    let list = ann.get("/v1/sessions").await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_user() {
    let world = World::new().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let made = post(&ann, "k", "/v1/sessions", json!({"title": "Tides"}))
        .await
        .json();
    let other = post(&ann, "k", "/v1/sessions", json!({"title": "Winds"})).await;
    other.is_problem(409, "idempotency_mismatch");
    let archive = format!("/v1/sessions/{}/archive", made["id"].as_str().unwrap());
    post(&ann, "k", &archive, Value::Null)
        .await
        .is_problem(409, "idempotency_mismatch");
    let theirs = post(&bob, "k", "/v1/sessions", json!({"title": "Tides"})).await;
    assert_ne!(theirs.json()["id"], made["id"]);
    // a move is not made twice either, and would be refused the second time
    let moved = post(&ann, "m", &archive, Value::Null).await;
    let again = post(&ann, "m", &archive, Value::Null).await;
    assert_eq!((again.status.as_u16(), again.json()), (200, moved.json()));
    assert_eq!(again.header("idempotency-replayed"), "true");
    post(&ann, "", "/v1/sessions", json!({"title": "a"}))
        .await
        .is_problem(422, "invalid_fields");
}

#[tokio::test]
async fn what_was_refused_may_be_tried_again() {
    let world = World::new().await;
    let ann = world.person().await;
    let refused = post(&ann, "k", "/v1/sessions", json!({"title": " "})).await;
    refused.is_problem(422, "invalid_fields");
    assert_eq!(
        post(&ann, "k", "/v1/sessions", json!({"title": "a"}))
            .await
            .status,
        201
    );
}
