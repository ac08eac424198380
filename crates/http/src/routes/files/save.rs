//! `PUT /v1/sessions/{id}/files`: a new file, another content, or the same again.

use axum::Json;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lodger_research::NewDraft;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{FileBody, stage};
use crate::app::Handle;
use crate::extract::{Body, Id, User};
use crate::problem::answers::{ForUsers, OfOne, WithBody};
use crate::problem::{Code, FieldError, Problem};

/// The largest content, 4 MiB, in base64, with what stands around it.
const MAX_BODY: usize = 6 * 1024 * 1024;

pub(super) fn routes() -> OpenApiRouter<Handle> {
    OpenApiRouter::new()
        .routes(routes!(save_file))
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// A file. Its path says which one it is; the content comes as text, in base64, or not at all.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFile)]
struct NewFileBody {
    #[schema(example = "2_planning/outline.md", max_length = 1024)]
    file_path: String,
    #[schema(example = "2_planning")]
    stage: String,
    /// `text/markdown` when left out.
    #[schema(example = "text/markdown")]
    media_type: Option<String>,
    /// A language tag.
    language: Option<String>,
    /// The content, at most 4 MiB of UTF-8.
    content: Option<String>,
    /// The content in base64, at most 4 MiB of it.
    content_base64: Option<String>,
    /// Its size; needed when the content is not sent.
    size_bytes: Option<i64>,
    /// Its SHA-256 in lower-case hexadecimal; needed when the content is not sent, and checked when it is.
    sha256: Option<String>,
}

/// Save a file
///
/// Sending the same again changes nothing.
#[utoipa::path(
    put, path = "/v1/sessions/{id}/files", tag = "files", security(("bearer" = [])),
    params(("id" = Uuid, Path)), request_body = NewFileBody,
    responses(
        (status = OK, description = "It was there; it is as it was sent", body = FileBody),
        (status = CREATED, description = "It was made", body = FileBody),
        ForUsers, OfOne, WithBody,
    ),
)]
async fn save_file(
    user: User,
    Id(id): Id,
    Body(body, _): Body<NewFileBody>,
) -> Result<(StatusCode, HeaderMap, Json<FileBody>), Problem> {
    let saved = user.scope.save_draft(id, &body.draft()?).await?;
    let mut headers = HeaderMap::new();
    if !saved.created {
        return Ok((StatusCode::OK, headers, Json(saved.draft.into())));
    }
    let place = format!("/v1/files/{}", saved.draft.id);
    if let Ok(place) = HeaderValue::from_str(&place) {
        headers.insert(header::LOCATION, place);
    }
    Ok((StatusCode::CREATED, headers, Json(saved.draft.into())))
}

impl NewFileBody {
    fn draft(self) -> Result<NewDraft, Problem> {
        let stage = stage(&self.stage, "/stage")?;
        let media_type = self
            .media_type
            .unwrap_or_else(|| "text/markdown".to_owned());
        let content = match (self.content, self.content_base64) {
            (Some(_), Some(_)) => {
                return Err(wrong("/content_base64", "comes instead of `content`"));
            }
            (Some(text), None) => Some(text.into_bytes()),
            (None, Some(text)) => {
                let decoded = STANDARD.decode(text);
                Some(decoded.map_err(|_| wrong("/content_base64", "is no base64"))?)
            }
            (None, None) => None,
        };
        let draft = match content {
            Some(content) => {
                let draft = NewDraft::with_content(stage, self.file_path, media_type, content);
                NewDraft {
                    size_bytes: self.size_bytes.unwrap_or(draft.size_bytes),
                    sha256: self.sha256.unwrap_or_else(|| draft.sha256.clone()),
                    ..draft
                }
            }
            None => NewDraft {
                stage,
                file_path: self.file_path,
                media_type,
                language: None,
                size_bytes: self.size_bytes.ok_or_else(|| missing("/size_bytes"))?,
                sha256: self.sha256.ok_or_else(|| missing("/sha256"))?,
                content: None,
            },
        };
        Ok(NewDraft {
            language: self.language,
            ..draft
        })
    }
}

fn wrong(pointer: &str, reason: &str) -> Problem {
    Problem::new(Code::InvalidFields).errors(vec![FieldError::new(pointer, "invalid", reason)])
}

fn missing(pointer: &str) -> Problem {
    let reason = "is needed when the content is not sent";
    Problem::new(Code::InvalidFields).errors(vec![FieldError::new(pointer, "missing", reason)])
}
