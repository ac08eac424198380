//! `GET /v1/files/{id}/content`.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use lodger_research::Draft;

use super::range::{Asked, asked};
use crate::etag::is_known;
use crate::extract::{Id, User};
use crate::problem::answers::{ForUsers, OfOne, Problems};
use crate::problem::{Code, Problem, ProblemBody};

/// Read a file's content, or a part of it
///
/// It is sent as an attachment, whatever it is: a browser saves it and runs nothing of it.
#[utoipa::path(
    get, path = "/v1/files/{id}/content", tag = "files", security(("bearer" = [])),
    params(
        ("id" = Uuid, Path),
        ("Range" = Option<String>, Header, description = "One range of bytes"),
        ("If-Range" = Option<String>, Header, description = "The entity tag that the range is of"),
        ("If-None-Match" = Option<String>, Header, description = "The entity tag of what the client has"),
    ),
    responses(
        (status = OK, description = "The content", content_type = "*/*", body = Vec<u8>),
        (status = PARTIAL_CONTENT, description = "The part", content_type = "*/*", body = Vec<u8>),
        (status = NOT_MODIFIED, description = "The client has it"),
        (status = RANGE_NOT_SATISFIABLE, description = "`range_not_satisfiable`", body = ProblemBody,
            content_type = "application/problem+json"),
        Problems<(ForUsers, OfOne)>,
    ),
)]
pub(super) async fn read_content(
    user: User,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = user.scope.get_draft_content(id).await?;
    let absent = || Problem::new(Code::NotFound).detail("the content is not kept here");
    let content = found.content.map(Bytes::from).ok_or_else(absent)?;
    let tag = found.draft.sha256.as_ref().map(|it| format!("\"{it}\""));
    let described = described(&found.draft, tag.as_deref());
    if tag.as_deref().is_some_and(|tag| is_known(&headers, tag)) {
        return Ok((StatusCode::NOT_MODIFIED, described).into_response());
    }
    let text = |name| headers.get(name).and_then(|it| it.to_str().ok());
    let same = text(header::IF_RANGE).is_none_or(|it| Some(it) == tag.as_deref());
    let range = text(header::RANGE).filter(|_| same);
    match asked(range, content.len()) {
        Asked::All => Ok((described, content).into_response()),
        Asked::Part(from, to) => {
            let range = format!("bytes {from}-{}/{}", to - 1, content.len());
            let part = content.slice(from..to);
            let range = [(header::CONTENT_RANGE, range)];
            Ok((StatusCode::PARTIAL_CONTENT, described, range, part).into_response())
        }
        Asked::Outside => Err(Problem::new(Code::RangeNotSatisfiable)
            .header(header::CONTENT_RANGE, &format!("bytes */{}", content.len()))),
    }
}

fn described(draft: &Draft, tag: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut set = |name, text: &str| {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, &draft.media_type);
    set(header::CONTENT_DISPOSITION, &attachment(&draft.file_path));
    set(header::ACCEPT_RANGES, "bytes");
    // the client may keep it, and asks each time whether it is still that
    set(header::CACHE_CONTROL, "private, no-cache");
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; sandbox",
    );
    if let Some(tag) = tag {
        set(header::ETAG, tag);
    }
    headers
}

/// The path's last part, as RFC 6266 writes a name of any letters.
pub(super) fn attachment(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_any_letters_stays_one_value() {
        assert_eq!(
            attachment("2_planning/ä \"b\".md"),
            "attachment; filename*=UTF-8''%C3%A4%20%22b%22.md"
        );
    }
}
