//! `/v1/sessions`: what a user works on.

mod batch;
mod change;
mod compare;
mod create;
mod duplicate;
mod fields;
mod list;
mod moves;
mod read;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lodger_research::Session;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) use compare::StageTotalsBody;

use super::time::Moment;
use crate::app::Handle;
use crate::etag::of_version;
use crate::once::Reply;
use crate::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Handle> {
    OpenApiRouter::new()
        .routes(routes!(list::list_sessions, create::create_session))
        .routes(routes!(
            read::read_session,
            change::change_session,
            change::delete_session
        ))
        .routes(routes!(batch::change_sessions))
        .routes(routes!(compare::compare_sessions))
        .routes(routes!(duplicate::duplicate_session))
        .routes(routes!(moves::complete_session))
        .routes(routes!(moves::fail_session))
        .routes(routes!(moves::reopen_session))
        .routes(routes!(moves::archive_session))
        .routes(routes!(moves::restore_session))
}

/// A research session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
struct SessionBody {
    id: Uuid,
    /// Its owner, in `auth.users`.
    user_id: Uuid,
    #[schema(example = "Tides", max_length = 500)]
    title: String,
    /// `in_progress`, `completed` or `failed`.
    #[schema(example = "in_progress")]
    status: &'static str,
    /// A language tag.
    #[schema(example = "en")]
    language: String,
    /// What it was started with.
    #[schema(value_type = Object)]
    parameters: Value,
    /// Since when it is out of sight.
    #[schema(value_type = Option<String>, format = DateTime)]
    archived_at: Option<Moment>,
    /// Counts its changes; also its entity tag, as `"v3"`.
    #[schema(example = 3)]
    version: i64,
    /// How many files it has.
    file_count: i64,
    /// How big they are together.
    total_size_bytes: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Moment,
}

impl From<Session> for SessionBody {
    fn from(session: Session) -> Self {
        Self {
            id: session.id,
            user_id: session.user_id,
            title: session.title,
            status: session.status.name(),
            language: session.language,
            parameters: session.parameters,
            archived_at: session.archived_at.map(Moment),
            version: session.version,
            file_count: session.file_count,
            total_size_bytes: session.total_size_bytes,
            created_at: Moment(session.created_at),
            updated_at: Moment(session.updated_at),
        }
    }
}

/// A session with its entity tag.
struct Tagged(Session);

impl IntoResponse for Tagged {
    fn into_response(self) -> Response {
        let headers = tag(&self.0);
        (headers, Json(SessionBody::from(self.0))).into_response()
    }
}

fn tag(session: &Session) -> HeaderMap {
    let tag = HeaderValue::from_str(&of_version(session.version));
    tag.into_iter().map(|tag| (header::ETAG, tag)).collect()
}

/// The answer that a session was made.
fn made(session: Session) -> Result<Reply, Problem> {
    let place = format!("/v1/sessions/{}", session.id);
    Ok(reply(StatusCode::CREATED, session)?.at(place))
}

/// The answer that a session is so now.
fn reply(status: StatusCode, session: Session) -> Result<Reply, Problem> {
    let tag = of_version(session.version);
    Ok(Reply::new(status, &SessionBody::from(session))?.tagged(tag))
}
