//! `POST /v1/sessions`.

use axum::http::StatusCode;
use lodger_research::NewSession;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{SessionBody, Tagged};
use crate::extract::{Body, User};
use crate::problem::Problem;
use crate::problem::answers::{ForUsers, WithBody};

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

/// Begin a session
#[utoipa::path(
    post, path = "/v1/sessions", tag = "sessions", security(("bearer" = [])),
    request_body = NewSessionBody,
    responses((status = CREATED, description = "It was made", body = SessionBody), ForUsers, WithBody),
)]
pub(super) async fn create_session(
    user: User,
    Body(body): Body<NewSessionBody>,
) -> Result<Tagged, Problem> {
    let new = NewSession {
        language: body.language.unwrap_or_else(|| "en".to_owned()),
        parameters: body.parameters.unwrap_or_else(|| json!({})),
        ..NewSession::titled(body.title)
    };
    let session = user.scope.create_session(&new).await?;
    Ok(Tagged(StatusCode::CREATED, session))
}
