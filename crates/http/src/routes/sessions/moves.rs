//! `POST /v1/sessions/{id}/…`: the moves that a session makes.
#![expect(unused_qualifications, reason = "what utoipa makes of `IntoParams`")]

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use lodger_research::Status;
use utoipa::IntoParams;
use uuid::Uuid;

use super::{SessionBody, reply};
use crate::etag::wanted_version;
use crate::extract::{Id, User};
use crate::once::{Key, open};
use crate::problem::Problem;
use crate::problem::answers::{ForUsers, Moved, OfOne, OfVersion, Problems, WithKey};

/// What a move may be asked for with. `wanted_version` and `Key` read it; here it is described.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "read elsewhere")]
struct Asked {
    /// The entity tag that the move is based on
    #[param(rename = "If-Match")]
    version: Option<String>,
    /// The same key and request get the same answer for a day
    #[param(rename = "Idempotency-Key")]
    key: Option<String>,
}

/// What is to become of a session.
enum Move {
    To(Status),
    Archive,
    Restore,
}

async fn carry_out(
    user: User,
    id: Uuid,
    headers: HeaderMap,
    key: Key,
    wanted: Move,
) -> Result<Response, Problem> {
    let version = wanted_version(&headers)?;
    let mut once = open!(key.begin(&user.scope, &[]).await?);
    let session = match wanted {
        Move::To(status) => once.work.move_session(id, status, version).await?,
        Move::Archive => once.work.archive_session(id, version).await?,
        Move::Restore => once.work.restore_session(id, version).await?,
    };
    once.finish(reply(StatusCode::OK, session)?).await
}

/// Say that a session came to its end
#[utoipa::path(
    post, path = "/v1/sessions/{id}/complete", tag = "sessions", security(("bearer" = [])), params(("id" = Uuid, Path), Asked),
    responses((status = OK, description = "It is completed", body = SessionBody), Problems<(ForUsers, OfOne, OfVersion, Moved, WithKey)>),
)]
pub(super) async fn complete_session(
    user: User,
    Id(id): Id,
    headers: HeaderMap,
    key: Key,
) -> Result<Response, Problem> {
    carry_out(user, id, headers, key, Move::To(Status::Completed)).await
}

/// Say that a session broke off
#[utoipa::path(
    post, path = "/v1/sessions/{id}/fail", tag = "sessions", security(("bearer" = [])), params(("id" = Uuid, Path), Asked),
    responses((status = OK, description = "It is failed", body = SessionBody), Problems<(ForUsers, OfOne, OfVersion, Moved, WithKey)>),
)]
pub(super) async fn fail_session(
    user: User,
    Id(id): Id,
    headers: HeaderMap,
    key: Key,
) -> Result<Response, Problem> {
    carry_out(user, id, headers, key, Move::To(Status::Failed)).await
}

/// Take up a session that broke off
#[utoipa::path(
    post, path = "/v1/sessions/{id}/reopen", tag = "sessions", security(("bearer" = [])), params(("id" = Uuid, Path), Asked),
    responses((status = OK, description = "It is in progress again", body = SessionBody), Problems<(ForUsers, OfOne, OfVersion, Moved, WithKey)>),
)]
pub(super) async fn reopen_session(
    user: User,
    Id(id): Id,
    headers: HeaderMap,
    key: Key,
) -> Result<Response, Problem> {
    carry_out(user, id, headers, key, Move::To(Status::InProgress)).await
}

/// Put a session out of sight
#[utoipa::path(
    post, path = "/v1/sessions/{id}/archive", tag = "sessions", security(("bearer" = [])), params(("id" = Uuid, Path), Asked),
    responses((status = OK, description = "It is archived", body = SessionBody), Problems<(ForUsers, OfOne, OfVersion, Moved, WithKey)>),
)]
pub(super) async fn archive_session(
    user: User,
    Id(id): Id,
    headers: HeaderMap,
    key: Key,
) -> Result<Response, Problem> {
    carry_out(user, id, headers, key, Move::Archive).await
}

/// Bring an archived session back
#[utoipa::path(
    post, path = "/v1/sessions/{id}/restore", tag = "sessions", security(("bearer" = [])), params(("id" = Uuid, Path), Asked),
    responses((status = OK, description = "It is in sight again", body = SessionBody), Problems<(ForUsers, OfOne, OfVersion, Moved, WithKey)>),
)]
pub(super) async fn restore_session(
    user: User,
    Id(id): Id,
    headers: HeaderMap,
    key: Key,
) -> Result<Response, Problem> {
    carry_out(user, id, headers, key, Move::Restore).await
}
