//! The page: its headers.

use axum::body::Body;
use axum::http::Request;
use lodger_http::token::SigningKey;
use lodger_http::{App, Limits};

use crate::world::{app_on, nowhere, send};

fn app() -> App {
    app_on(
        nowhere(),
        &SigningKey::generate().unwrap(),
        Limits::default(),
    )
}

#[tokio::test]
async fn the_page_lets_nothing_else_in() {
    let app = app();
    for path in ["/", "/page/main.js", "/page/base.css", "/page/icon.svg"] {
        let answer = send(&app, Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 200, "{path}");
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-cache");
    }
}

#[tokio::test]
async fn a_file_is_sent_once() {
    let app = app();
    let first = send(
        &app,
        Request::get("/page/main.js").body(Body::empty()).unwrap(),
    )
    .await;
    assert_eq!(
        first.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    let again = Request::get("/page/main.js").header("if-none-match", first.header("etag"));
    let again = send(&app, again.body(Body::empty()).unwrap()).await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    let other = Request::get("/page/api.js").header("if-none-match", first.header("etag"));
    assert_eq!(
        send(&app, other.body(Body::empty()).unwrap()).await.status,
        200
    );
    let wrong = send(&app, Request::post("/").body(Body::empty()).unwrap()).await;
    assert!(wrong.is_problem(405, "method_not_allowed"));
    let absent = send(
        &app,
        Request::get("/page/none.js").body(Body::empty()).unwrap(),
    )
    .await;
    assert!(absent.is_problem(404, "not_found"));
}
