//! An issuer that changes its keys, and one that is gone.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use lodger_http::token::{JwksSettings, SigningKey, TokenError, TokenSettings, TokenVerifier};
use tokio::net::TcpListener;

use crate::token::claims;

/// An issuer whose document and health the test decides.
struct Issuer {
    url: String,
    answer: Arc<Mutex<(StatusCode, String)>>,
    requests: Arc<AtomicUsize>,
}

impl Issuer {
    async fn start(keys: &[&SigningKey]) -> Self {
        let answer = Arc::new(Mutex::new((StatusCode::OK, document(keys))));
        let requests = Arc::new(AtomicUsize::new(0));
        let (shown, counted) = (Arc::clone(&answer), Arc::clone(&requests));
        let app = Router::new().route(
            "/jwks.json",
            get(move || async move {
                counted.fetch_add(1, Ordering::SeqCst);
                shown.lock().unwrap().clone()
            }),
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            url,
            answer,
            requests,
        }
    }

    fn publish(&self, keys: &[&SigningKey]) {
        *self.answer.lock().unwrap() = (StatusCode::OK, document(keys));
    }

    fn break_down(&self) {
        *self.answer.lock().unwrap() = (StatusCode::BAD_GATEWAY, "<html>".to_owned());
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    fn verifier(&self, fresh_for: Duration, between_attempts: Duration) -> TokenVerifier {
        let settings = TokenSettings {
            jwks: Some(JwksSettings {
                url: self.url.clone(),
                fresh_for,
                between_attempts,
            }),
            ..TokenSettings::default()
        };
        TokenVerifier::new(settings).unwrap()
    }
}

fn document(keys: &[&SigningKey]) -> String {
    let keys: Vec<_> = keys
        .iter()
        .map(|key| key.jwks()["keys"][0].clone())
        .collect();
    serde_json::json!({"keys": keys}).to_string()
}

fn token(key: &SigningKey) -> String {
    key.sign(&claims()).unwrap()
}

const LONG: Duration = Duration::from_hours(1);

#[tokio::test]
async fn keys_are_loaded_once_and_kept() {
    let key = SigningKey::generate().unwrap();
    let issuer = Issuer::start(&[&key]).await;
    let verifier = issuer.verifier(LONG, LONG);
    let token = token(&key);
    let all = (0..20).map(|_| verifier.verify(&token));
    for answer in futures_util::future::join_all(all).await {
        answer.unwrap();
    }
    assert_eq!(issuer.requests(), 1, "twenty at once wait for one load");
}

#[tokio::test]
async fn a_new_key_is_found_and_invented_names_cost_nothing() {
    let (old, new) = (
        SigningKey::generate().unwrap(),
        SigningKey::generate().unwrap(),
    );
    let issuer = Issuer::start(&[&old]).await;
    let verifier = issuer.verifier(LONG, Duration::ZERO);
    verifier.verify(&token(&old)).await.unwrap();
    issuer.publish(&[&old, &new]);
    verifier.verify(&token(&new)).await.unwrap();
    verifier.verify(&token(&old)).await.unwrap();
    assert_eq!(issuer.requests(), 2);
    issuer.publish(&[&new]);
    verifier.verify(&token(&old)).await.unwrap();
    assert_eq!(issuer.requests(), 2, "what is known needs no load");

    let patient = issuer.verifier(LONG, LONG);
    patient.verify(&token(&new)).await.unwrap();
    let before = issuer.requests();
    let stranger = SigningKey::generate().unwrap();
    for _ in 0..20 {
        let refused = patient.verify(&token(&stranger)).await;
        assert_eq!(refused, Err(TokenError::UnknownKey));
    }
    assert_eq!(issuer.requests(), before);
}

#[tokio::test]
async fn a_withdrawn_key_is_dropped_when_the_keys_are_renewed() {
    let (old, new) = (
        SigningKey::generate().unwrap(),
        SigningKey::generate().unwrap(),
    );
    let issuer = Issuer::start(&[&old]).await;
    let verifier = issuer.verifier(Duration::ZERO, Duration::ZERO);
    let known = token(&old);
    verifier.verify(&known).await.unwrap();
    issuer.publish(&[&new]);
    for _ in 0..200 {
        if verifier.verify(&known).await == Err(TokenError::UnknownKey) {
            let refused = verifier.verify(&token(&old)).await;
            assert_eq!(refused, Err(TokenError::UnknownKey));
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the old key is still accepted");
}

#[tokio::test]
async fn an_outage_leaves_the_last_keys_in_place() {
    let key = SigningKey::generate().unwrap();
    let issuer = Issuer::start(&[&key]).await;
    let verifier = issuer.verifier(Duration::ZERO, Duration::ZERO);
    verifier.verify(&token(&key)).await.unwrap();
    issuer.break_down();
    for _ in 0..20 {
        verifier.verify(&token(&key)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(issuer.requests() > 1, "it was asked again meanwhile");
}

#[tokio::test]
async fn keys_that_never_came_are_unavailable_and_not_wrong() {
    let key = SigningKey::generate().unwrap();
    let issuer = Issuer::start(&[&key]).await;
    issuer.break_down();
    let verifier = issuer.verifier(LONG, Duration::ZERO);
    let refused = verifier.verify(&token(&key)).await;
    assert_eq!(refused, Err(TokenError::KeysUnavailable));
    issuer.publish(&[&key]);
    verifier.verify(&token(&key)).await.unwrap();
}
