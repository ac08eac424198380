//! What lies around all routes: problems, ids, headers, limits, health, the description.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use http_body_util::BodyExt as _;
use lodger_http::problem::Code;
use lodger_http::token::SigningKey;
use lodger_http::{App, Limits, Server};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::world::{World, app_on, nowhere};

fn app() -> App {
    app_on(
        nowhere(),
        &SigningKey::generate().unwrap(),
        Limits::default(),
    )
}

fn routes() -> Router {
    app().router()
}

async fn send(routes: Router, request: Request<Body>) -> (Response<()>, String) {
    let response = routes.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (
        Response::from_parts(parts, ()),
        String::from_utf8(bytes.to_vec()).unwrap(),
    )
}

async fn get(path: &str) -> (Response<()>, String) {
    send(routes(), Request::get(path).body(Body::empty()).unwrap()).await
}

fn header<'a>(response: &'a Response<()>, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |it| it.to_str().unwrap())
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_with_the_requests_id() {
    let request = Request::get("/v1/nothing?ticket=secret")
        .header("x-request-id", "my-id.1")
        .body(Body::empty())
        .unwrap();
    let (response, body) = send(routes(), request).await;
    assert_eq!(response.status(), 404);
    assert_eq!(
        header(&response, "content-type"),
        "application/problem+json"
    );
    assert_eq!(header(&response, "x-request-id"), "my-id.1");
    let body: Value = serde_json::from_str(&body).unwrap();
    let expected = json!({
        "type": "/problems/not_found", "title": "There is nothing here", "status": 404,
        "code": "not_found", "instance": "/v1/nothing", "request_id": "my-id.1",
    });
    assert_eq!(body, expected);
    for bad in ["", "a b", "x\u{7f}", &"x".repeat(65)] {
        let request = Request::get("/").header("x-request-id", bad.as_bytes());
        let Ok(request) = request.body(Body::empty()) else {
            continue;
        };
        let (response, _) = send(routes(), request).await;
        assert_eq!(header(&response, "x-request-id").len(), 36, "{bad:?}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_which_are_right() {
    let request = Request::post("/healthz").body(Body::empty()).unwrap();
    let (response, body) = send(routes(), request).await;
    assert_eq!(response.status(), 405);
    assert_eq!(header(&response, "allow"), "GET,HEAD");
    assert!(body.contains("method_not_allowed"));
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_it() {
    for path in ["/healthz", "/nothing", "/openapi.json", "/docs", "/metrics"] {
        let (response, _) = get(path).await;
        assert_eq!(
            header(&response, "x-content-type-options"),
            "nosniff",
            "{path}"
        );
        assert_eq!(header(&response, "x-frame-options"), "DENY", "{path}");
        assert_eq!(
            header(&response, "referrer-policy"),
            "no-referrer",
            "{path}"
        );
        assert!(
            header(&response, "content-security-policy").contains("default-src 'none'"),
            "{path}"
        );
        assert!(!header(&response, "cache-control").is_empty(), "{path}");
        assert_eq!(
            header(&response, "access-control-allow-origin"),
            "",
            "{path}"
        );
    }
}

#[tokio::test]
async fn listed_pages_may_call() {
    let ask = |origin: &str| {
        let request = Request::get("/healthz").header("origin", origin);
        send(routes(), request.body(Body::empty()).unwrap())
    };
    let (response, _) = ask("https://app.example.test").await;
    assert_eq!(
        header(&response, "access-control-allow-origin"),
        "https://app.example.test"
    );
    let (response, _) = ask("https://elsewhere.example.test").await;
    assert_eq!(header(&response, "access-control-allow-origin"), "");
}

#[tokio::test]
async fn it_is_ready_while_the_database_answers() {
    let world = World::new().await;
    let request = || Request::get("/readyz").body(Body::empty()).unwrap();
    assert_eq!(send(world.app.router(), request()).await.0.status(), 200);
}

#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_path() {
    let app = app();
    for path in [
        "/problems/not_found",
        "/problems/timeout",
        "/who/knows",
        "/healthz",
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        send(app.router(), request).await;
    }
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let (response, text) = send(app.router(), request).await;
    assert!(header(&response, "content-type").starts_with("application/openmetrics-text"));
    let line =
        r#"lodger_http_requests_total{method="GET",route="/problems/{code}",status="200"} 2"#;
    assert!(text.contains(line), "{text}");
    assert!(text.contains(r#"route="",status="404"} 1"#), "{text}");
    assert!(text.contains("lodger_http_requests_in_flight 1"), "{text}");
    assert!(!text.contains("/who/knows"), "{text}");
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn each_kind_of_problem_is_explained() {
    let (_, list) = get("/problems").await;
    let list: Vec<Value> = serde_json::from_str(&list).unwrap();
    assert_eq!(list.len(), Code::ALL.len());
    for code in Code::ALL {
        let (response, body) = get(&format!("/problems/{}", code.name())).await;
        assert_eq!(response.status(), 200);
        assert!(body.contains(code.title()));
    }
    assert_eq!(get("/problems/other").await.0.status(), 404);
}

#[tokio::test]
async fn the_description_is_openapi_3_1_and_its_page_needs_no_network() {
    let (response, body) = get("/openapi.json").await;
    assert_eq!(header(&response, "content-type"), "application/json");
    let document: Value = serde_json::from_str(&body).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(
        document["components"]["securitySchemes"]["bearer"]["scheme"],
        "bearer"
    );
    let (page, html) = get("/docs").await;
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    for path in ["/docs", "/docs/page.js", "/docs/page.css"] {
        let (response, text) = get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert!(!text.contains("://"), "{path} loads from elsewhere");
    }
    assert!(html.contains("/docs/page.js"));
}

#[tokio::test]
async fn a_server_stops_when_it_is_asked_to() {
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::bind(address, app()).await.unwrap();
    let address = server.address();
    let taken = Server::bind(address, app()).await;
    assert!(taken.unwrap_err().to_string().contains("--listen"));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(server.run(async move {
        stopped.await.ok();
    }));
    tokio::net::TcpStream::connect(address).await.unwrap();
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
