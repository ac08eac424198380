//! The local sign-in, driven by the real client library in Node, and what it writes.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use lodger_database::embedded::EmbeddedServer;
use lodger_database::pool::{Pool, PoolSettings};
use lodger_database::testing::{Cluster, Template, TestDatabase};
use lodger_http::sign_in::{SignIn, SignInSettings};
use lodger_http::token::{SigningKey, TokenVerifier};
use lodger_http::{App, AppSettings, Limits, Origins, Server};
use lodger_research::Store;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::node::{free_address, installed, run};
use crate::world::{bring_in, nowhere, settings};

/// A server with the sign-in alone, at an address of its own.
async fn serve(pool: Pool, store: Store, attempts: u32) -> SocketAddr {
    let address = free_address().await;
    let key = SigningKey::generate().unwrap();
    let settings = SignInSettings {
        reuse_interval: Duration::from_secs(1),
        attempts_per_minute: NonZeroU32::new(attempts).unwrap(),
        ..SignInSettings::new(pool, key, format!("http://{address}"))
    };
    let sign_in = SignIn::new(settings).unwrap();
    let app = App::new(AppSettings {
        verifier: TokenVerifier::new(sign_in.token_settings()).unwrap(),
        store,
        limits: Limits::default(),
        origins: Origins::Local,
        sign_in: Some(sign_in),
    });
    let server = Server::bind(address, app).await.unwrap();
    tokio::spawn(server.run(std::future::pending()));
    address
}

async fn private() -> (TestDatabase, Pool) {
    let database = Cluster::shared().database(Template::Base).await;
    let settings = PoolSettings {
        size: 4,
        ..PoolSettings::default()
    };
    let pool = Pool::new(&database.url(), settings).unwrap();
    (database, pool)
}

async fn drive(address: SocketAddr, script: &str) {
    let folder = installed("supabase-js").await;
    let mut node = Command::new("node");
    node.args(["--test", script])
        .env("LODGER_TEST_URL", format!("http://{address}"));
    run(node.current_dir(folder)).await;
}

#[tokio::test]
async fn the_real_client_works_with_a_server() {
    let (database, pool) = private().await;
    drive(serve(pool, nowhere(), 1000).await, "sign_in.test.js").await;
    let admin = database.connect_admin().await;
    let counts = admin
        .query_one(include_str!("sign_in.sql"), &[])
        .await
        .unwrap();
    let count = |name: &str| counts.get::<_, i64>(name);
    assert!(count("users") > 10);
    assert_eq!(count("unreadable"), 0, "the real service could go on");
    assert_eq!(count("without_identity"), 0);
    assert_eq!(count("anonymous_with_identity"), 0);
    assert_eq!(count("plain_passwords"), 0);
}

#[tokio::test]
async fn the_real_client_works_with_the_embedded_server() {
    let server = EmbeddedServer::start_temporary(&[]).await.unwrap();
    lodger_database::base::install(&server.session().client)
        .await
        .unwrap();
    let (pool, _running) = server.into_pool();
    drive(serve(pool, nowhere(), 1000).await, "sign_in.test.js").await;
}

#[tokio::test]
async fn a_page_s_whole_story_works_with_the_embedded_server() {
    let server = EmbeddedServer::start_temporary(&[]).await.unwrap();
    lodger_database::base::install(&server.session().client)
        .await
        .unwrap();
    bring_in(server.session()).await;
    let (pool, _running) = server.into_pool();
    let store = Store::new(pool.clone(), settings());
    drive(serve(pool, store, 1000).await, "story.test.js").await;
}

/// Sends a request of the sign-in and gives the status, the headers and the body.
async fn post(address: SocketAddr, path: &str, body: &Value) -> (u16, Option<String>, Value) {
    let client = hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new())
        .build_http::<axum::body::Body>();
    let request = axum::http::Request::post(format!("http://{address}/auth/v1{path}"))
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body.to_string()))
        .unwrap();
    let response = client.request(request).await.unwrap();
    let status = response.status().as_u16();
    let wait = response.headers().get("retry-after").cloned();
    let body = http_body_util::BodyExt::collect(response.into_body()).await;
    let body = serde_json::from_slice(&body.unwrap().to_bytes()).unwrap();
    (status, wait.map(|it| it.to_str().unwrap().to_owned()), body)
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let (_database, pool) = private().await;
    let address = serve(pool, nowhere(), 3).await;
    let guess = json!({"email": "ann@example.test", "password": "a guess"});
    for _ in 0..3 {
        let (status, _, body) = post(address, "/token?grant_type=password", &guess).await;
        assert_eq!(
            (status, &body["error_code"]),
            (400, &json!("invalid_credentials"))
        );
    }
    let (status, wait, body) = post(address, "/token?grant_type=password", &guess).await;
    assert_eq!(
        (status, &body["error_code"]),
        (429, &json!("over_request_rate_limit"))
    );
    assert!(wait.unwrap().parse::<u64>().unwrap() > 0);
}

#[tokio::test]
async fn a_stranger_s_trigger_that_refuses_is_told_without_its_words() {
    let (database, pool) = private().await;
    let admin = database.connect_admin().await;
    admin
        .batch_execute(
            "create function public.refuse() returns trigger language plpgsql as
             $$ begin raise exception 'the secret is 42'; end $$;
             create trigger refuse before insert on auth.users
             for each row execute function public.refuse()",
        )
        .await
        .unwrap();
    let address = serve(pool, nowhere(), 100).await;
    let (status, _, body) = post(address, "/signup", &json!({})).await;
    assert_eq!(
        (status, &body["error_code"]),
        (500, &json!("unexpected_failure"))
    );
    assert!(body.to_string().contains("P0001"), "{body}");
    assert!(!body.to_string().contains("42"));
}

#[tokio::test]
async fn without_a_database_it_is_unavailable() {
    let (database, pool) = private().await;
    let address = serve(pool, nowhere(), 100).await;
    drop(database);
    let (status, _, body) = post(address, "/signup", &json!({})).await;
    assert_eq!(
        (status, &body["error_code"]),
        (503, &json!("unexpected_failure"))
    );
}
