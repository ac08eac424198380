//! `GET /v1/me`: who is asking.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::time::text;
use crate::app::Handle;
use crate::extract::User;
use crate::problem::answers::ForUsers;

pub(super) fn routes() -> OpenApiRouter<Handle> {
    OpenApiRouter::new().routes(routes!(read_me))
}

/// The user who is asking, as their access token says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Me)]
struct MeBody {
    id: Uuid,
    /// Null when there is none.
    #[schema(example = "ann@example.test")]
    email: Option<String>,
    /// True until the user registers and the session is refreshed.
    is_anonymous: bool,
    /// When the access token ends.
    #[schema(format = DateTime)]
    token_expires_at: String,
}

/// Who is asking?
#[utoipa::path(
    get, path = "/v1/me", tag = "users", security(("bearer" = [])),
    responses((status = OK, description = "The user", body = MeBody), ForUsers),
)]
async fn read_me(user: User) -> Json<MeBody> {
    let principal = user.principal;
    Json(MeBody {
        id: principal.user_id,
        email: principal.email,
        is_anonymous: principal.is_anonymous,
        token_expires_at: text(principal.expires_at),
    })
}
