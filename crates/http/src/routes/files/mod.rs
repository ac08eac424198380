//! `/v1/sessions/{id}/files` and `/v1/files`: what a session brought forth.

mod archive;
mod content;
mod list;
mod names;
mod preview;
mod range;
mod save;

use axum::Json;
use axum::http::StatusCode;
use lodger_research::{Draft, Stage};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::time::text;
use crate::app::Handle;
use crate::extract::{Id, User};
use crate::problem::answers::{ForUsers, OfOne, Problems};
use crate::problem::{Code, FieldError, Problem};

pub(super) fn routes() -> OpenApiRouter<Handle> {
    OpenApiRouter::new()
        .routes(routes!(list::list_files))
        .routes(routes!(list::list_stages))
        .routes(routes!(read_file, delete_file))
        .routes(routes!(content::read_content))
        .routes(routes!(preview::read_preview))
        .routes(routes!(archive::read_archive))
        .merge(save::routes())
}

/// A draft file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = File)]
struct FileBody {
    id: Uuid,
    session_id: Uuid,
    /// `1_initial_research`, `2_planning`, `3_parallel_research` or `4_writing`.
    #[schema(example = "2_planning")]
    stage: &'static str,
    /// Where it is within the session.
    #[schema(example = "2_planning/outline.md")]
    file_path: String,
    size_bytes: i64,
    /// The hash of its content; also the entity tag of the content.
    sha256: Option<String>,
    #[schema(example = "text/markdown")]
    media_type: String,
    /// A language tag.
    language: Option<String>,
    /// Whether the content can be read here.
    has_content: bool,
    #[schema(format = DateTime)]
    detected_at: String,
}

impl From<Draft> for FileBody {
    fn from(draft: Draft) -> Self {
        Self {
            id: draft.id,
            session_id: draft.session_id,
            stage: draft.stage.name(),
            file_path: draft.file_path,
            size_bytes: draft.size_bytes,
            sha256: draft.sha256,
            media_type: draft.media_type,
            language: draft.language,
            has_content: draft.has_content,
            detected_at: text(draft.detected_at),
        }
    }
}

fn stage(name: &str, pointer: &str) -> Result<Stage, Problem> {
    Stage::parse(name).ok_or_else(|| {
        let names: Vec<_> = Stage::ALL.iter().map(|it| it.name()).collect();
        let reason = format!("is one of {}", names.join(", "));
        Problem::new(Code::InvalidFields).errors(vec![FieldError::new(pointer, "invalid", reason)])
    })
}

/// Read what is known of a file
#[utoipa::path(
    get, path = "/v1/files/{id}", tag = "files", security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = OK, description = "The file", body = FileBody), Problems<(ForUsers, OfOne)>),
)]
async fn read_file(user: User, Id(id): Id) -> Result<Json<FileBody>, Problem> {
    Ok(Json(user.scope.get_draft(id).await?.into()))
}

/// Delete a file
#[utoipa::path(
    delete, path = "/v1/files/{id}", tag = "files", security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = NO_CONTENT, description = "It is gone"), Problems<(ForUsers, OfOne)>),
)]
async fn delete_file(user: User, Id(id): Id) -> Result<StatusCode, Problem> {
    user.scope.delete_draft(id).await?;
    Ok(StatusCode::NO_CONTENT)
}
