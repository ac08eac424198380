//! What clients ask before anybody signs in: keys, settings, health.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::SignIn;

/// The public keys; clients may keep them for as long as those of the service that this one stands in for.
pub(super) async fn keys(State(service): State<SignIn>) -> impl IntoResponse {
    let kept = [(header::CACHE_CONTROL, "public, max-age=600")];
    (kept, Json(service.0.key.jwks()))
}

/// What can be done here: addresses with passwords, confirmed at once, and anonymous users.
pub(super) async fn settings() -> Json<Value> {
    Json(json!({
        "external": {"anonymous_users": true, "email": true, "phone": false},
        "disable_signup": false,
        "mailer_autoconfirm": true,
        "phone_autoconfirm": false,
        "sms_provider": "",
        "saml_enabled": false,
        "passkeys_enabled": false,
    }))
}

pub(super) async fn health() -> Json<Value> {
    Json(json!({
        "name": "Lodger",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Lodger's local sign-in, in the form of Supabase Auth",
    }))
}
