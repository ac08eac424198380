//! The page: its headers, and what a visitor does with it in a real Chromium.

use std::net::SocketAddr;
use std::num::NonZeroU32;

use axum::body::Body;
use axum::http::Request;
use lodger_database::connect::Session;
use lodger_database::testing::{Cluster, Template, TestDatabase};
use lodger_http::sign_in::{SignIn, SignInSettings};
use lodger_http::token::{SigningKey, TokenVerifier};
use lodger_http::{App, AppSettings, Limits, Origins, Server};
use lodger_research::{Pool, PoolSettings};
use tokio::process::Command;

use crate::node::{free_address, installed, run};
use crate::world::{app_on, bring_in, nowhere, send, store_on};

/// Servers on one database: one as `lodger up` starts it, and one that has no sign-in of its own.
struct Servers {
    _database: TestDatabase,
    with_sign_in: SocketAddr,
    without: SocketAddr,
}

fn plenty() -> NonZeroU32 {
    NonZeroU32::new(100_000).unwrap()
}

async fn serve(address: SocketAddr, app: App) {
    let server = Server::bind(address, app).await.unwrap();
    tokio::spawn(server.run(std::future::pending()));
}

async fn servers() -> Servers {
    let cluster = Cluster::shared();
    let database = cluster
        .copy_of("research_api", Template::Shared, async |url| {
            bring_in(&Session::connect(&url).await.unwrap()).await;
        })
        .await;
    let (with_sign_in, without) = (free_address().await, free_address().await);
    let pool = Pool::new(&database.url(), PoolSettings::default()).unwrap();
    let key = SigningKey::generate().unwrap();
    let sign_in = SignIn::new(SignInSettings {
        attempts_per_minute: plenty(),
        ..SignInSettings::new(pool, key, format!("http://{with_sign_in}"))
    });
    let sign_in = sign_in.unwrap();
    for (address, own) in [(with_sign_in, Some(sign_in.clone())), (without, None)] {
        let app = App::new(AppSettings {
            verifier: TokenVerifier::new(sign_in.token_settings()).unwrap(),
            store: store_on(&database.url()),
            limits: Limits {
                requests_per_minute: plenty(),
                ..Limits::default()
            },
            origins: Origins::None,
            sign_in: own,
        });
        serve(address, app).await;
    }
    Servers {
        _database: database,
        with_sign_in,
        without,
    }
}

/// Runs one of the programs in `tests/page`.
async fn drive(program: &str) {
    let folder = installed("page").await;
    let servers = servers().await;
    let mut node = Command::new("node");
    node.args(["--test", program])
        .env(
            "LODGER_TEST_URL",
            format!("http://{}", servers.with_sign_in),
        )
        .env(
            "LODGER_TEST_URL_WITHOUT",
            format!("http://{}", servers.without),
        );
    run(node.current_dir(folder)).await;
}

#[tokio::test]
async fn a_visitor_works_registers_and_takes_work_along() {
    drive("story.test.js").await;
}

#[tokio::test]
async fn drafts_are_read_and_nothing_in_them_runs() {
    drive("reading.test.js").await;
}

#[tokio::test]
async fn the_keyboard_is_enough_and_screen_readers_find_names() {
    drive("access.test.js").await;
}

#[tokio::test]
async fn a_thousand_sessions_stay_smooth() {
    drive("list.test.js").await;
}

#[tokio::test]
async fn tokens_are_refreshed_and_can_come_from_elsewhere() {
    drive("tokens.test.js").await;
}

#[tokio::test]
async fn many_sessions_at_once_and_what_is_ones_own() {
    drive("own.test.js").await;
}

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
