//! A JSON body, with all that is wrong about it told field by field.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse as _;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

use super::mend::{field, mend, pointer};
use crate::problem::{Code, FieldError, Problem};

/// What can come as a body. It says `deny_unknown_fields`.
pub(crate) trait Input: DeserializeOwned {
    /// What is wrong with values of the right type, for a body that is refused in any case: whoever sends it is told everything
    /// at once.
    fn check(self) -> Result<(), Problem> {
        Ok(())
    }
}

/// The body, read as `T`, and as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Body<T>(pub(crate) T, pub(crate) Bytes);

impl<T: Input, S: Send + Sync> FromRequest<S> for Body<T> {
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

fn parse<T: Input>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader);
    let value: T = value.map_err(|error| {
        let place = pointer(error.path());
        refusal::<T>(bytes, error.inner(), place)
    })?;
    reader
        .end()
        .map_err(|error| refusal::<T>(bytes, &error, String::new()))?;
    Ok(value)
}

fn refusal<T: Input>(bytes: &[u8], error: &serde_json::Error, pointer: String) -> Problem {
    if error.classify() != Category::Data {
        let place = format!("line {}, column {}", error.line(), error.column());
        return Problem::new(Code::MalformedRequest)
            .detail(format!("the body is no JSON ({place})"));
    }
    let first = field(&error.to_string(), pointer);
    let body = serde_json::from_slice(bytes).unwrap_or_default();
    Problem::new(Code::InvalidFields).errors(everything::<T>(body, first))
}

/// All that is wrong, first with types and names, then with values.
fn everything<T: Input>(body: Value, first: FieldError) -> Vec<FieldError> {
    let (mended, mut errors) = mend::<T>(body);
    if errors.is_empty() {
        // a field that is there twice: a value holds the last one
        errors.push(first);
    }
    let more = mended.map(Input::check).and_then(Result::err);
    let more = more.map(Problem::into_errors).unwrap_or_default();
    // what stands in for a value is not the sender's
    let more = more.into_iter().filter(|it| it.pointer != "/body");
    FieldError::add_untold(&mut errors, more);
    errors
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

    impl Input for Sample {
        fn check(self) -> Result<(), Problem> {
            let errors =
                ["/title", "/inner"].map(|it| FieldError::new(it, "invalid", "is never right"));
            Err(Problem::new(Code::InvalidFields).errors(errors.to_vec()))
        }
    }

    fn refused(text: &str) -> (Code, Value) {
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
    fn everything_is_told_at_once() {
        let (_, errors) = refused(r#"{"a": 1, "title": 7, "b": {}, "inner": {"x": 1}}"#);
        let told = |it: &Value| format!("{} {}", it["pointer"], it["code"]).replace('"', "");
        let told: Vec<_> = errors.as_array().unwrap().iter().map(told).collect();
        assert_eq!(
            told,
            [
                "/a unknown",
                "/b unknown",
                "/inner/x unknown",
                "/inner/title missing",
                "/title invalid",
                "/inner invalid"
            ]
        );
        let (_, errors) = refused(r#"{"title": "a", "title": "b"}"#);
        assert_eq!(errors[0]["detail"], "duplicate field `title`");
        let (_, errors) = refused("[]");
        assert_eq!(errors.as_array().unwrap().len(), 1);
        let many: Vec<_> = (0..1000).map(|it| format!("\"x{it}\": 1")).collect();
        let (_, errors) = refused(&format!("{{{}}}", many.join(",")));
        assert_eq!(errors.as_array().unwrap().len(), 20);
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
