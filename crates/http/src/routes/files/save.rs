//! `PUT /v1/sessions/{id}/files`: a new file, another content, or the same again.

use axum::Json;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lodger_research::{NewDraft, Stage};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{FileBody, stage};
use crate::app::Handle;
use crate::extract::{Body, Id, Input, User};
use crate::problem::answers::{ForUsers, OfOne, Problems, WithBody};
use crate::problem::{Code, FieldError, Problem};

/// The largest content, 4 MiB, in base64, with what stands around it.
const MAX_BODY: usize = 6 * 1024 * 1024;
const CONTENT_BASE64: &str = "/content_base64";

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
        Problems<(ForUsers, OfOne, WithBody)>,
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

impl Input for NewFileBody {
    fn check(self) -> Result<(), Problem> {
        Ok(self.draft()?.check()?)
    }
}

impl NewFileBody {
    /// The draft, or everything that is wrong with it.
    fn draft(self) -> Result<NewDraft, Problem> {
        let mut errors = Vec::new();
        let known = stage(&self.stage, "/stage");
        // what stands in for a stage that is none is refused with it
        let stage = known.unwrap_or_else(|problem| {
            errors.extend(problem.into_errors());
            Stage::Planning
        });
        let content = match content(self.content, self.content_base64) {
            Ok(content) => content,
            Err(error) => {
                errors.push(error);
                Some(Vec::new())
            }
        };
        let media_type = self
            .media_type
            .unwrap_or_else(|| "text/markdown".to_owned());
        let mut draft = match content {
            Some(content) => NewDraft::with_content(stage, self.file_path, media_type, content),
            None => NewDraft {
                content: None,
                size_bytes: self
                    .size_bytes
                    .unwrap_or_else(|| missing(&mut errors, "/size_bytes")),
                sha256: self
                    .sha256
                    .clone()
                    .unwrap_or_else(|| missing(&mut errors, "/sha256")),
                ..NewDraft::with_content(stage, self.file_path, media_type, "")
            },
        };
        draft.language = self.language;
        // a content that cannot be read has no size and no hash to be compared with
        if errors.iter().all(|it| it.pointer != CONTENT_BASE64) {
            draft.size_bytes = self.size_bytes.unwrap_or(draft.size_bytes);
            draft.sha256 = self.sha256.unwrap_or(draft.sha256);
        }
        if errors.is_empty() {
            return Ok(draft);
        }
        let more = draft.check().map_err(Problem::from).err();
        let more = more.map(Problem::into_errors).unwrap_or_default();
        FieldError::add_untold(&mut errors, more);
        Err(Problem::new(Code::InvalidFields).errors(errors))
    }
}

fn content(text: Option<String>, base64: Option<String>) -> Result<Option<Vec<u8>>, FieldError> {
    let wrong = |reason| FieldError::new(CONTENT_BASE64, "invalid", reason);
    match (text, base64) {
        (Some(_), Some(_)) => Err(wrong("comes instead of `content`")),
        (Some(text), None) => Ok(Some(text.into_bytes())),
        (None, Some(text)) => {
            let decoded = STANDARD.decode(text);
            decoded.map(Some).map_err(|_| wrong("is no base64"))
        }
        (None, None) => Ok(None),
    }
}

/// Says so, and gives something that is refused with it.
fn missing<T: Default>(errors: &mut Vec<FieldError>, pointer: &str) -> T {
    let reason = "is needed when the content is not sent";
    errors.push(FieldError::new(pointer, "missing", reason));
    T::default()
}
