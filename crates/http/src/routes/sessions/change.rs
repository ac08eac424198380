//! `PATCH` and `DELETE /v1/sessions/{id}`.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use lodger_research::SessionChange;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{SessionBody, Tagged};
use crate::app::Handle;
use crate::etag::required_version;
use crate::extract::{Body, Id, Input, User};
use crate::problem::Problem;
use crate::problem::answers::{ForUsers, OfOne, OfThatVersion, Problems, WithBody};

/// What to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SessionChange)]
pub(super) struct SessionChangeBody {
    #[schema(example = "Tides and currents", min_length = 1, max_length = 500)]
    title: Option<String>,
    /// A language tag.
    #[schema(example = "vi-VN")]
    language: Option<String>,
    /// As a whole: what stood there is replaced.
    #[schema(value_type = Option<Object>)]
    parameters: Option<Value>,
}

impl Input for SessionChangeBody {
    fn check(self) -> Result<(), Problem> {
        Ok(self.meant().check()?)
    }
}

impl SessionChangeBody {
    fn meant(self) -> SessionChange {
        SessionChange {
            title: self.title,
            language: self.language,
            parameters: self.parameters,
        }
    }
}

/// Change a session
///
/// Only if it was not changed since the version that `If-Match` names; `*` stands for any.
#[utoipa::path(
    patch, path = "/v1/sessions/{id}", tag = "sessions", security(("bearer" = [])),
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The entity tag that the change is based on")),
    request_body = SessionChangeBody,
    responses((status = OK, description = "It was changed", body = SessionBody), Problems<(ForUsers, OfOne, OfThatVersion, WithBody)>),
)]
pub(super) async fn change_session(
    State(handle): State<Handle>,
    user: User,
    Id(id): Id,
    headers: HeaderMap,
    Body(body, _): Body<SessionChangeBody>,
) -> Result<Tagged, Problem> {
    let version = required_version(&headers, &handle.0.limits)?;
    let session = user
        .scope
        .update_session(id, &body.meant(), version)
        .await?;
    Ok(Tagged(session))
}

/// Delete a session with its files
#[utoipa::path(
    delete, path = "/v1/sessions/{id}", tag = "sessions", security(("bearer" = [])),
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The entity tag of what is to be deleted")),
    responses((status = NO_CONTENT, description = "It is gone"), Problems<(ForUsers, OfOne, OfThatVersion)>),
)]
pub(super) async fn delete_session(
    State(handle): State<Handle>,
    user: User,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let version = required_version(&headers, &handle.0.limits)?;
    user.scope.delete_session(id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}
