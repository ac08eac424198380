//! `POST /v1/sessions/{id}/…`: the moves that a session makes.

use axum::http::{HeaderMap, StatusCode};
use lodger_research::Status;

use super::{SessionBody, Tagged};
use crate::etag::wanted_version;
use crate::extract::{Id, User};
use crate::problem::Problem;
use crate::problem::answers::{ForUsers, Moved, OfOne, OfVersion};

/// Say that a session came to its end
#[utoipa::path(
    post, path = "/v1/sessions/{id}/complete", tag = "sessions", security(("bearer" = [])),
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The entity tag that the move is based on")),
    responses((status = OK, description = "It is completed", body = SessionBody), ForUsers, OfOne, OfVersion, Moved),
)]
pub(super) async fn complete_session(
    user: User,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Tagged, Problem> {
    let version = wanted_version(&headers)?;
    let session = user
        .scope
        .move_session(id, Status::Completed, version)
        .await?;
    Ok(Tagged(StatusCode::OK, session))
}

/// Say that a session broke off
#[utoipa::path(
    post, path = "/v1/sessions/{id}/fail", tag = "sessions", security(("bearer" = [])),
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The entity tag that the move is based on")),
    responses((status = OK, description = "It is failed", body = SessionBody), ForUsers, OfOne, OfVersion, Moved),
)]
pub(super) async fn fail_session(
    user: User,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Tagged, Problem> {
    let version = wanted_version(&headers)?;
    let session = user.scope.move_session(id, Status::Failed, version).await?;
    Ok(Tagged(StatusCode::OK, session))
}

/// Take up a session that broke off
#[utoipa::path(
    post, path = "/v1/sessions/{id}/reopen", tag = "sessions", security(("bearer" = [])),
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The entity tag that the move is based on")),
    responses((status = OK, description = "It is in progress again", body = SessionBody), ForUsers, OfOne, OfVersion, Moved),
)]
pub(super) async fn reopen_session(
    user: User,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Tagged, Problem> {
    let version = wanted_version(&headers)?;
    let session = user
        .scope
        .move_session(id, Status::InProgress, version)
        .await?;
    Ok(Tagged(StatusCode::OK, session))
}

/// Put a session out of sight
#[utoipa::path(
    post, path = "/v1/sessions/{id}/archive", tag = "sessions", security(("bearer" = [])),
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The entity tag that the move is based on")),
    responses((status = OK, description = "It is archived", body = SessionBody), ForUsers, OfOne, OfVersion, Moved),
)]
pub(super) async fn archive_session(
    user: User,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Tagged, Problem> {
    let version = wanted_version(&headers)?;
    let session = user.scope.archive_session(id, version).await?;
    Ok(Tagged(StatusCode::OK, session))
}

/// Bring an archived session back
#[utoipa::path(
    post, path = "/v1/sessions/{id}/restore", tag = "sessions", security(("bearer" = [])),
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The entity tag that the move is based on")),
    responses((status = OK, description = "It is in sight again", body = SessionBody), ForUsers, OfOne, OfVersion, Moved),
)]
pub(super) async fn restore_session(
    user: User,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Tagged, Problem> {
    let version = wanted_version(&headers)?;
    let session = user.scope.restore_session(id, version).await?;
    Ok(Tagged(StatusCode::OK, session))
}
