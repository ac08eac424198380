//! Entity tags, and the conditions that clients put on them.

use axum::http::{HeaderMap, HeaderName, header};

use crate::app::Limits;
use crate::problem::{Code, Problem};

/// The tag of a version, the same wherever the version is shown.
pub(crate) fn of_version(version: i64) -> String {
    format!("\"v{version}\"")
}

/// The version that `If-Match` asks for; none when anything will do. A tag that is not one of ours matches no
/// version.
pub(crate) fn wanted_version(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(tags) = joined(headers, &header::IF_MATCH) else {
        return Ok(None);
    };
    let tags = tags.trim();
    if tags == "*" {
        return Ok(None);
    }
    if tags.contains(',') {
        return Err(
            Problem::new(Code::MalformedRequest).detail("`If-Match` names one version here")
        );
    }
    let version = tags
        .strip_prefix("\"v")
        .and_then(|it| it.strip_suffix('"'))
        .and_then(|it| it.parse().ok());
    // no version is negative
    Ok(Some(version.unwrap_or(-1)))
}

/// As [`wanted_version`], for a change that could undo somebody else's: unless the server is set up otherwise, it says what it is
/// based on. `*` is an answer too: that it does not matter.
pub(crate) fn required_version(
    headers: &HeaderMap,
    limits: &Limits,
) -> Result<Option<i64>, Problem> {
    if limits.require_if_match && !headers.contains_key(header::IF_MATCH) {
        return Err(Problem::new(Code::PreconditionRequired)
            .detail("send the entity tag as `If-Match`, or `If-Match: *` for any version"));
    }
    wanted_version(headers)
}

/// Does `If-None-Match` say that the client has this already?
pub(crate) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let Some(tags) = joined(headers, &header::IF_NONE_MATCH) else {
        return false;
    };
    let same = |it: &str| it.trim().trim_start_matches("W/") == tag;
    tags.trim() == "*" || tags.split(',').any(same)
}

fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values: Vec<_> = headers
        .get_all(name)
        .iter()
        .map(|it| String::from_utf8_lossy(it.as_bytes()))
        .collect();
    (!values.is_empty()).then(|| values.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_version_is_asked_for_by_its_tag() {
        let wanted = |values: &[&str]| wanted_version(&headers("if-match", values)).ok();
        assert_eq!(wanted(&[]), Some(None));
        assert_eq!(wanted(&["*"]), Some(None));
        assert_eq!(wanted(&["\"v3\""]), Some(Some(3)));
        assert_eq!(wanted(&["\"v3\"", "\"v4\""]), None);
        for other in [
            "v3",
            "W/\"v3\"",
            "\"3\"",
            "\"v\"",
            "\"v99999999999999999999\"",
            "ü",
        ] {
            assert_eq!(wanted(&[other]), Some(Some(-1)), "{other}");
        }
    }

    #[test]
    fn what_is_known_needs_not_be_sent() {
        let known = |values: &[&str]| is_known(&headers("if-none-match", values), "\"v3\"");
        assert!(known(&["\"v3\""]) && known(&["*"]) && known(&["W/\"v3\""]));
        assert!(known(&["\"a\", \"v3\""]) && known(&["\"a\"", "\"v3\""]));
        assert!(!known(&[]) && !known(&["\"v33\""]) && !known(&["v3"]));
    }
}
