//! `GET /v1/sessions/{id}`.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::{SessionBody, Tagged, tag};
use crate::etag::{is_known, of_version};
use crate::extract::{Id, User};
use crate::problem::Problem;
use crate::problem::answers::{ForUsers, OfOne, Problems};

/// Read a session
#[utoipa::path(
    get, path = "/v1/sessions/{id}", tag = "sessions", security(("bearer" = [])),
    params(
        ("id" = Uuid, Path),
        ("If-None-Match" = Option<String>, Header, description = "The entity tag of what the client has"),
    ),
    responses(
        (status = OK, description = "The session", body = SessionBody),
        (status = NOT_MODIFIED, description = "The client has it"),
        Problems<(ForUsers, OfOne)>,
    ),
)]
pub(super) async fn read_session(
    user: User,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let session = user.scope.get_session(id).await?;
    if is_known(&headers, &of_version(session.version)) {
        return Ok((StatusCode::NOT_MODIFIED, tag(&session)).into_response());
    }
    Ok(Tagged(session).into_response())
}
