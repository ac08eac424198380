//! `POST /v1/sessions`.

use axum::response::Response;
use lodger_research::NewSession;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{SessionBody, made};
use crate::extract::{Body, Input, User};
use crate::once::{Key, open};
use crate::problem::Problem;
use crate::problem::answers::{ForUsers, Problems, WithBody, WithKey};

/// A new session.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSession)]
pub(super) struct NewSessionBody {
    #[schema(example = "Tides", min_length = 1, max_length = 500)]
    title: String,
    /// A language tag; `en` when it is left out.
    #[schema(example = "en")]
    language: Option<String>,
    /// What it is started with: an object of at most 60,000 bytes.
    #[schema(value_type = Option<Object>)]
    parameters: Option<Value>,
}

impl Input for NewSessionBody {
    fn check(self) -> Result<(), Problem> {
        Ok(self.meant().check()?)
    }
}

impl NewSessionBody {
    fn meant(self) -> NewSession {
        NewSession {
            language: self.language.unwrap_or_else(|| "en".to_owned()),
            parameters: self.parameters.unwrap_or_else(|| json!({})),
            ..NewSession::titled(self.title)
        }
    }
}

/// Begin a session
#[utoipa::path(
    post, path = "/v1/sessions", tag = "sessions", security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and request get the same answer for a day")),
    request_body = NewSessionBody,
    responses((status = CREATED, description = "It was made", body = SessionBody), Problems<(ForUsers, WithBody, WithKey)>),
)]
pub(super) async fn create_session(
    user: User,
    key: Key,
    Body(body, bytes): Body<NewSessionBody>,
) -> Result<Response, Problem> {
    let new = body.meant();
    let mut once = open!(key.begin(&user.scope, &bytes).await?);
    let session = once.work.create_session(&new).await?;
    once.finish(made(session)?).await
}
