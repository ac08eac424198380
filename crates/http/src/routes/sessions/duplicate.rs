//! `POST /v1/sessions/{id}/duplicate`.

use axum::response::Response;
use lodger_research::Duplicate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SessionBody, made};
use crate::extract::{Body, Id, Input, User};
use crate::once::{Key, open};
use crate::problem::Problem;
use crate::problem::answers::{ForUsers, OfOne, Problems, WithBody, WithKey};

/// What the copy is to be like.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Duplicate)]
pub(super) struct DuplicateBody {
    /// Its title; the original's with a mark when it is left out.
    #[schema(example = "Tides, again", min_length = 1, max_length = 500)]
    title: Option<String>,
    /// Whether the files are copied as well.
    #[serde(default)]
    with_files: bool,
}

impl Input for DuplicateBody {}

/// Copy a session
///
/// The copy has the title, language and parameters of the original; it is in progress.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/duplicate", tag = "sessions", security(("bearer" = [])),
    params(
        ("id" = Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and request get the same answer for a day"),
    ),
    request_body = DuplicateBody,
    responses((status = CREATED, description = "It was made", body = SessionBody), Problems<(ForUsers, OfOne, WithBody, WithKey)>),
)]
pub(super) async fn duplicate_session(
    user: User,
    Id(id): Id,
    key: Key,
    Body(body, bytes): Body<DuplicateBody>,
) -> Result<Response, Problem> {
    let wanted = Duplicate {
        title: body.title,
        with_drafts: body.with_files,
    };
    let mut once = open!(key.begin(&user.scope, &bytes).await?);
    let session = once.work.duplicate_session(id, &wanted).await?;
    once.finish(made(session)?).await
}
