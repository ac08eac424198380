//! A database that is gone is told as such: no empty list, no wrong refusal.

use axum::body::Body;
use axum::http::Request;
use lodger_http::Limits;
use lodger_http::token::SigningKey;

use crate::token::claims;
use crate::world::{app_on, nowhere, send};

#[tokio::test]
async fn without_a_database_everything_that_needs_it_is_unavailable() {
    let key = SigningKey::generate().unwrap();
    let app = app_on(nowhere(), &key, Limits::default());
    let token = key.sign(&claims()).unwrap();
    let id = "4a1e0001-aaaa-4bbb-8ccc-0123456789ab";
    for path in [
        "/v1/sessions".to_owned(),
        format!("/v1/sessions/{id}"),
        format!("/v1/sessions/{id}/files"),
        format!("/v1/files/{id}/content"),
        "/readyz".to_owned(),
    ] {
        let request = Request::get(&path).header("authorization", format!("Bearer {token}"));
        let answer = send(&app, request.body(Body::empty()).unwrap()).await;
        answer.is_problem(503, "database_unavailable");
        assert_eq!(answer.header("retry-after"), "5", "{path}");
        assert!(!answer.json().to_string().contains("127.0.0.1"), "{path}");
    }
    let request = Request::get("/healthz").body(Body::empty()).unwrap();
    assert_eq!(send(&app, request).await.status, 200);
}
