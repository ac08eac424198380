//! Made and read back, and what is wrong with a body.

use axum::http::Method;
use serde_json::{Value, json};

use super::{path, told};
use crate::world::World;

#[tokio::test]
async fn a_session_is_made_and_read_back() {
    let world = World::new().await;
    let ann = world.person().await;
    let body = json!({"title": "Tides", "language": "vi", "parameters": {"depth": 2}});
    let made = ann.post("/v1/sessions", body).await;
    assert_eq!(made.status, 201);
    let session = made.json();
    assert_eq!(made.header("location"), path(&session));
    assert_eq!(made.header("etag"), "\"v1\"");
    assert_eq!(made.header("cache-control"), "no-store");
    let keys: Vec<_> = session.as_object().unwrap().keys().cloned().collect();
    let expected = [
        "archived_at",
        "created_at",
        "file_count",
        "id",
        "language",
        "parameters",
        "status",
        "title",
        "total_size_bytes",
        "updated_at",
        "user_id",
        "version",
    ];
    assert_eq!(keys, expected);
    assert_eq!(session["user_id"], ann.id.to_string());
    assert_eq!(session["status"], "in_progress");
    assert_eq!(session["parameters"], json!({"depth": 2}));
    assert!(session["created_at"].as_str().unwrap().ends_with('Z'));

    let read = ann.get(&path(&session)).await;
    assert_eq!((read.status.as_u16(), read.json()), (200, session.clone()));
    assert_eq!(read.header("etag"), "\"v1\"");
    let known = [("if-none-match", "\"v1\"")];
    let known = ann
        .ask(Method::GET, &path(&session), &known, Value::Null)
        .await;
    assert_eq!((known.status.as_u16(), known.bytes.len()), (304, 0));
    assert_eq!(known.header("etag"), "\"v1\"");
    let upper = path(&session)
        .to_uppercase()
        .replace("/V1/SESSIONS", "/v1/sessions");
    assert_eq!(ann.get(&upper).await.json(), session);
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_told_by_field() {
    let world = World::new().await;
    let ann = world.person().await;
    for (body, pointer, code) in [
        (json!({}), "/title", "missing"),
        (json!({"title": 7}), "/title", "invalid"),
        (json!({"title": " "}), "/title", "invalid"),
        (json!({"title": "x".repeat(501)}), "/title", "invalid"),
        (json!({"title": "a\u{0}"}), "/title", "invalid"),
        (
            json!({"title": "a", "user_id": ann.id}),
            "/user_id",
            "unknown",
        ),
        (
            json!({"title": "a", "language": "!"}),
            "/language",
            "invalid",
        ),
        (
            json!({"title": "a", "parameters": []}),
            "/parameters",
            "invalid",
        ),
    ] {
        let answer = ann.post("/v1/sessions", body.clone()).await;
        answer.is_problem(422, "invalid_fields");
        let error = &answer.json()["errors"][0];
        assert_eq!(
            (&error["pointer"], &error["code"]),
            (&json!(pointer), &json!(code)),
            "{body}"
        );
    }
    let text = [("content-type", "text/plain")];
    let plain = ann
        .ask(Method::POST, "/v1/sessions", &text, Value::Null)
        .await;
    plain.is_problem(415, "unsupported_media_type");
    let huge = json!({"title": "x".repeat(2_000_000)});
    ann.post("/v1/sessions", huge)
        .await
        .is_problem(413, "payload_too_large");
    let list = ann.get("/v1/sessions").await.json();
    assert_eq!(list, json!({"items": [], "next": null}));
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_body_is_told_at_once() {
    let world = World::new().await;
    let ann = world.person().await;
    let body = json!({"titel": "a", "language": "!", "parameters": [], "user_id": 7});
    let answer = ann.post("/v1/sessions", body).await;
    answer.is_problem(422, "invalid_fields");
    assert_eq!(
        told(&answer),
        [
            "/titel unknown",
            "/user_id unknown",
            "/title missing",
            "/language invalid",
            "/parameters invalid"
        ]
    );
    let body = json!({"title": " ", "language": "!", "parameters": 1});
    let answer = ann.post("/v1/sessions", body).await;
    assert_eq!(
        told(&answer),
        ["/title invalid", "/language invalid", "/parameters invalid"]
    );
    let body = json!({"operation": "explode", "ids": ["x", 7], "dry_run": "no"});
    let answer = ann.post("/v1/sessions/batch", body).await;
    assert_eq!(
        told(&answer),
        [
            "/dry_run invalid",
            "/ids/0 invalid",
            "/ids/1 invalid",
            "/operation invalid",
            "/ids invalid"
        ]
    );
}
