//! The log names requests and what came of them, and holds nothing that is anybody's.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::Method;
use serde_json::{Value, json};
use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

use crate::world::World;

#[derive(Debug, Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Kept {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn nothing_secret_is_logged() {
    let kept = Kept::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::INFO)
        .with_ansi(false)
        .with_writer(kept.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let world = World::new().await;
    let (ann, guest) = (world.person().await, world.sign_up(true).await);
    guest.session("a title of somebody's").await;
    let claim = guest.post("/v1/transfer-claims", Value::Null).await.json();
    let claim = claim["claim"].as_str().unwrap().to_owned();
    ann.post("/v1/transfers", json!({ "claim": claim })).await;
    let ticket = ann.post("/v1/stream/tickets", Value::Null).await.json();
    let ticket = ticket["ticket"].as_str().unwrap().to_owned();
    ann.get(&format!("/v1/sessions/x?ticket={ticket}")).await;
    let id = [("x-request-id", "the-request")];
    ann.ask(Method::GET, "/v1/sessions?q=somebody", &id, Value::Null)
        .await;
    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("request_id=the-request"), "{log}");
    assert!(log.contains("route=\"/v1/transfers\""), "{log}");
    assert!(log.contains("status=201"), "{log}");
    let ids = [ann.id.to_string(), guest.id.to_string()];
    for secret in [&ann.token, &guest.token, &claim, &ticket, &ids[0], &ids[1]] {
        assert!(!log.contains(secret.as_str()), "{secret} in {log}");
    }
    for word in ["somebody", "example.test", "Bearer", "select "] {
        assert!(!log.contains(word), "{word} in {log}");
    }
}
