//! Changes with a version, and moves.

use axum::http::Method;
use lodger_http::Limits;
use serde_json::{Value, json};

use super::path;
use crate::world::World;

#[tokio::test]
async fn a_change_can_ask_for_a_version() {
    let world = World::new().await;
    let ann = world.person().await;
    let session = ann.session("Tides").await;
    let path = path(&session);
    let change = |tag: &'static str| {
        let (ann, path) = (&ann, &path);
        async move {
            let headers = [("if-match", tag)];
            ann.ask(Method::PATCH, path, &headers, json!({"title": tag}))
                .await
        }
    };
    let changed = change("\"v1\"").await;
    assert_eq!(changed.status, 200);
    assert_eq!(changed.header("etag"), "\"v2\"");
    assert_eq!(changed.json()["version"], 2);
    assert_eq!(ann.get(&path).await.header("etag"), "\"v2\"");
    let late = change("\"v1\"").await;
    late.is_problem(412, "version_mismatch");
    assert_eq!(late.header("etag"), "\"v2\"");
    assert!(change("nonsense").await.is_problem(412, "version_mismatch"));
    assert_eq!(change("*").await.status, 200);
    assert_eq!(
        ann.patch(&path, json!({"language": "de"})).await.status,
        200
    );
    ann.patch(&path, json!({}))
        .await
        .is_problem(422, "invalid_fields");
    ann.patch(&path, json!({"status": "completed"}))
        .await
        .is_problem(422, "invalid_fields");
    let headers = [("if-match", "\"v1\"")];
    let kept = ann.ask(Method::DELETE, &path, &headers, Value::Null).await;
    kept.is_problem(412, "version_mismatch");
    assert_eq!(ann.delete(&path).await.status, 204);
    ann.get(&path).await.is_problem(404, "not_found");
    ann.delete(&path).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_change_says_what_it_is_based_on_unless_the_server_needs_it_not() {
    let strict = World::new().await;
    let limits = Limits {
        require_if_match: false,
        ..Limits::default()
    };
    let lenient = World::with(limits).await;
    for (world, is_strict) in [(strict, true), (lenient, false)] {
        let ann = world.person().await;
        let path = path(&ann.session("Tides").await);
        let title = json!({"title": "Winds"});
        let name = json!({"display_name": "Ann"});
        for (method, path, body, done) in [
            (Method::PATCH, path.as_str(), title, 200),
            (Method::DELETE, path.as_str(), Value::Null, 204),
            (Method::PATCH, "/v1/me/profile", name, 200),
        ] {
            let bare = ann.ask(method.clone(), path, &[], body.clone()).await;
            if is_strict {
                bare.is_problem(428, "precondition_required");
                let any = ann.ask(method, path, &[("if-match", "*")], body).await;
                assert_eq!(any.status, done);
            } else {
                assert_eq!(bare.status, done);
            }
        }
    }
}

#[tokio::test]
async fn moves_that_are_not_allowed_name_those_that_are() {
    let world = World::new().await;
    let ann = world.person().await;
    let session = ann.session("Tides").await;
    let go = |name: &str| {
        let path = format!("{}/{name}", path(&session));
        let ann = &ann;
        async move { ann.post(&path, Value::Null).await }
    };
    assert_eq!(go("fail").await.json()["status"], "failed");
    let refused = go("complete").await;
    refused.is_problem(409, "invalid_transition");
    assert_eq!(refused.json()["from"], "failed");
    assert_eq!(refused.json()["allowed"], json!(["in_progress"]));
    assert_eq!(go("reopen").await.json()["status"], "in_progress");
    assert_eq!(go("complete").await.json()["status"], "completed");
    assert_eq!(go("reopen").await.json()["allowed"], json!([]));
    let archived = go("archive").await;
    assert!(archived.json()["archived_at"].is_string());
    go("archive").await.is_problem(409, "already_archived");
    assert_eq!(ann.get("/v1/sessions").await.json()["items"], json!([]));
    let hidden = ann.get("/v1/sessions?archived=only").await.json();
    assert_eq!(hidden["items"].as_array().unwrap().len(), 1);
    assert_eq!(go("restore").await.json()["archived_at"], Value::Null);
    go("restore").await.is_problem(409, "not_archived");
    go("explode").await.is_problem(404, "not_found");
}
