//! One's own sessions alone, within one's own budget.

use std::num::NonZeroU32;

use axum::http::{Method, StatusCode};
use lodger_http::Limits;
use serde_json::{Value, json};

use super::path;
use crate::world::{Answer, World};

/// What an answer tells, without what names the request.
fn shape(answer: &Answer) -> (StatusCode, Value) {
    let mut body = answer.json();
    for name in ["instance", "request_id", "detail"] {
        body[name] = Value::Null;
    }
    (answer.status, body)
}

#[tokio::test]
async fn what_is_somebody_elses_is_not_there() {
    let world = World::new().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let session = ann.session("Tides").await;
    let file = json!({"file_path": "2_planning/a.md", "stage": "2_planning", "content": "a"});
    let file = ann
        .put(&format!("{}/files", path(&session)), file)
        .await
        .json();
    let file = format!("/v1/files/{}", file["id"].as_str().unwrap());
    let foreign = path(&session);
    let absent = "/v1/sessions/4a1e0001-aaaa-4bbb-8ccc-0123456789ab".to_owned();
    let no_file = "/v1/files/4a1e0001-aaaa-4bbb-8ccc-0123456789ab".to_owned();
    let title = json!({"title": "mine"});
    let draft = json!({"file_path": "x.md", "stage": "2_planning", "content": "x"});
    let rest = [
        (Method::POST, "/archive"),
        (Method::POST, "/restore"),
        (Method::POST, "/complete"),
        (Method::POST, "/fail"),
        (Method::POST, "/reopen"),
        (Method::GET, "/files"),
        (Method::GET, "/stages"),
        (Method::GET, ""),
        (Method::DELETE, ""),
    ];
    let of_session = rest.map(|(method, end)| {
        (
            method,
            format!("{foreign}{end}"),
            format!("{absent}{end}"),
            Value::Null,
        )
    });
    let others = [
        (Method::PATCH, foreign.clone(), absent.clone(), title),
        (
            Method::PUT,
            format!("{foreign}/files"),
            format!("{absent}/files"),
            draft,
        ),
        (Method::GET, file.clone(), no_file.clone(), Value::Null),
        (
            Method::GET,
            format!("{file}/content"),
            format!("{no_file}/content"),
            Value::Null,
        ),
        (Method::DELETE, file.clone(), no_file.clone(), Value::Null),
    ];
    for (method, theirs, nobodys, body) in of_session.into_iter().chain(others) {
        let any = [("if-match", "*")];
        let one = bob.ask(method.clone(), &theirs, &any, body.clone()).await;
        let other = bob.ask(method.clone(), &nobodys, &any, body).await;
        one.is_problem(404, "not_found");
        assert_eq!(shape(&one), shape(&other), "{method} {theirs}");
    }
    assert_eq!(ann.get(&foreign).await.json()["title"], "Tides");
    assert_eq!(ann.get(&file).await.status, 200);
    assert_eq!(bob.get("/v1/sessions").await.json()["items"], json!([]));
}

#[tokio::test]
async fn without_a_token_there_is_nothing() {
    let world = World::new().await;
    let mut ann = world.person().await;
    let good = std::mem::replace(&mut ann.token, "sb_publishable_x".to_owned());
    for (method, path) in [
        (Method::GET, "/v1/sessions"),
        (Method::POST, "/v1/sessions"),
        (Method::GET, "/v1/me"),
        (Method::GET, "/v1/sessions/x"),
        (Method::GET, "/v1/files/x/content"),
    ] {
        let answer = ann.ask(method, path, &[], Value::Null).await;
        answer.is_problem(401, "token_is_api_key");
        assert!(answer.header("www-authenticate").starts_with("Bearer "));
    }
    ann.token = good;
    ann.get("/v1/sessions/x").await.is_problem(404, "not_found");
    let me = ann.get("/v1/me").await.json();
    assert_eq!(me["id"], ann.id.to_string());
    assert_eq!(me["is_anonymous"], false);
}

#[tokio::test]
async fn an_account_that_is_gone_cannot_write() {
    let world = World::new().await;
    let ann = world.person().await;
    let admin = world.database.connect_admin().await;
    admin
        .execute("delete from auth.users where id = $1", &[&ann.id])
        .await
        .unwrap();
    let answer = ann.post("/v1/sessions", json!({"title": "late"})).await;
    answer.is_problem(401, "account_missing");
}

#[tokio::test]
async fn a_budget_is_each_users_own() {
    let limits = Limits {
        requests_per_minute: NonZeroU32::new(3).unwrap(),
        ..Limits::default()
    };
    let world = World::with(limits).await;
    let (ann, bob) = (world.person().await, world.person().await);
    for _ in 0..3 {
        assert_eq!(ann.get("/v1/me").await.status, 200);
    }
    let answer = ann.get("/v1/me").await;
    answer.is_problem(429, "rate_limited");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
    assert_eq!(bob.get("/v1/me").await.status, 200);
}

#[tokio::test]
async fn reading_writes_nothing() {
    let world = World::new().await;
    let ann = world.person().await;
    let session = ann.session("Tides").await;
    let file = json!({"file_path": "a.md", "stage": "2_planning", "content": "a"});
    ann.put(&format!("{}/files", path(&session)), file).await;
    let admin = world.database.connect_admin().await;
    let sql = "select (select array_agg(xmin::text order by id) from research.research_sessions) \
               || (select array_agg(xmin::text order by id) from research.draft_files)";
    let before: Vec<String> = admin.query_one(sql, &[]).await.unwrap().get(0);
    for place in ["", "/files", "/stages"] {
        assert_eq!(
            ann.get(&format!("{}{place}", path(&session))).await.status,
            200
        );
    }
    ann.get("/v1/sessions").await;
    ann.get("/v1/me").await;
    let after: Vec<String> = admin.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(before, after);
}
