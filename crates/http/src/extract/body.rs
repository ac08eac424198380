//! A JSON body, with all that is wrong about it told field by field.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse as _;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::problem::{Code, FieldError, Problem};

/// The body, read as `T`, which says `deny_unknown_fields`, and as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Body<T>(pub(crate) T, pub(crate) Bytes);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(Code::UnsupportedMediaType).detail("send `application/json`"));
        }
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|rejection| match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::PayloadTooLarge),
            _ => Problem::new(Code::MalformedRequest).detail("the body breaks off"),
        })?;
        parse(&bytes).map(|it| Self(it, bytes))
    }
}

/// A body that is not declared as JSON could come from a form of any page, without asking first.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|it| it.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader);
    let value: T = value.map_err(|error| {
        let place = pointer(error.path());
        refusal(error.inner(), place)
    })?;
    reader
        .end()
        .map_err(|error| refusal(&error, String::new()))?;
    Ok(value)
}

fn refusal(error: &serde_json::Error, pointer: String) -> Problem {
    if error.classify() != Category::Data {
        let place = format!("line {}, column {}", error.line(), error.column());
        return Problem::new(Code::MalformedRequest)
            .detail(format!("the body is no JSON ({place})"));
    }
    Problem::new(Code::InvalidFields).errors(vec![field(&error.to_string(), pointer)])
}

/// serde tells what is wrong in a sentence; which of its few it is decides the code.
fn field(message: &str, pointer: String) -> FieldError {
    // the place in the text is worth nothing beside the pointer
    let message = message.split(" at line ").next().unwrap_or_default();
    let named = |prefix: &str| {
        let rest = message.strip_prefix(prefix)?;
        rest.split('`').next().map(ToOwned::to_owned)
    };
    if let Some(name) = named("missing field `") {
        return FieldError::new(format!("{pointer}/{name}"), "missing", "is missing");
    }
    if message.starts_with("unknown field `") {
        return FieldError::new(pointer, "unknown", "is not a field here");
    }
    FieldError::new(pointer, "invalid", message)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        pointer.push('/');
        match segment {
            Segment::Seq { index } => pointer.push_str(&index.to_string()),
            Segment::Map { key } => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => pointer.push_str(variant),
            Segment::Unknown => pointer.push('?'),
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only read")]
        title: String,
        #[serde(default)]
        #[expect(dead_code, reason = "only read")]
        inner: Option<Box<Sample>>,
    }

    fn refused(text: &str) -> (Code, serde_json::Value) {
        let problem = parse::<Sample>(text.as_bytes()).unwrap_err();
        let body = serde_json::to_value(problem.body(None)).unwrap();
        (problem.code(), body["errors"].clone())
    }

    #[test]
    fn a_field_is_named_by_its_pointer() {
        let (code, errors) = refused(r#"{"title": "a", "inner": {"title": 7}}"#);
        assert_eq!(code, Code::InvalidFields);
        assert_eq!(errors[0]["pointer"], "/inner/title");
        assert_eq!(errors[0]["code"], "invalid");
        let (_, errors) = refused("{}");
        assert_eq!(
            (errors[0]["pointer"].as_str(), errors[0]["code"].as_str()),
            (Some("/title"), Some("missing"))
        );
        let (_, errors) = refused(r#"{"title": "a", "owner/id": 1}"#);
        assert_eq!(
            (errors[0]["pointer"].as_str(), errors[0]["code"].as_str()),
            (Some("/owner~1id"), Some("unknown"))
        );
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        for text in [
            "",
            "{",
            "{\"title\": \"a\"} x",
            "\u{0}",
            "{\"title\": \"\\ud800\"}",
        ] {
            assert_eq!(refused(text).0, Code::MalformedRequest, "{text}");
        }
    }
}
