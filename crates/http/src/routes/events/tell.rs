//! `POST /v1/sessions/{id}/events`: what a program says of its work on a session.

use axum::http::StatusCode;
use axum::response::Response;
use lodger_research::NewEvent;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::EventBody;
use crate::extract::{Body, Id, Input, User};
use crate::once::{Key, Reply, open};
use crate::problem::Problem;
use crate::problem::answers::{ForUsers, OfOne, Problems, WithBody, WithKey};

/// What is to be told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEvent)]
pub(super) struct NewEventBody {
    /// Two to four words with dots between. `session.…`, `draft.…` and `transfer.…` are told by the store itself.
    #[schema(example = "agent.progress")]
    kind: String,
    /// An object of at most 16 KiB.
    #[schema(value_type = Option<Object>)]
    payload: Option<Value>,
}

impl Input for NewEventBody {
    fn check(self) -> Result<(), Problem> {
        Ok(self.meant().check()?)
    }
}

impl NewEventBody {
    fn meant(self) -> NewEvent {
        NewEvent {
            kind: self.kind,
            payload: self.payload.unwrap_or_else(|| json!({})),
        }
    }
}

/// Tell an event of a session
///
/// It gets the next number, is kept as long as the others, and reaches everybody who follows the session.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/events", tag = "events", security(("bearer" = [])),
    params(
        ("id" = Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and request get the same answer for a day"),
    ),
    request_body = NewEventBody,
    responses((status = CREATED, description = "It was told", body = EventBody), Problems<(ForUsers, OfOne, WithBody, WithKey)>),
)]
pub(super) async fn tell_event(
    user: User,
    Id(id): Id,
    key: Key,
    Body(body, bytes): Body<NewEventBody>,
) -> Result<Response, Problem> {
    let mut once = open!(key.begin(&user.scope, &bytes).await?);
    let event = once.work.tell_event(id, &body.meant()).await?;
    let reply = Reply::new(StatusCode::CREATED, &EventBody::from(event))?;
    once.finish(reply).await
}
