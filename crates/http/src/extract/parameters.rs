//! The query string, with everything that is wrong about it told by the parameters' names.

use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::Input;
use super::mend::{MOST, field};
use crate::problem::{Code, FieldError, Problem};

/// The query, read as `T`, which says `deny_unknown_fields`.
#[derive(Debug, Clone)]
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: Input + Clone, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// What the store would refuse is refused here, where the names are known to be those of parameters.
fn parse<T: Input + Clone>(query: &str) -> Result<T, Problem> {
    if let Ok(value) = read::<T>(query) {
        value.clone().check().map_err(Problem::of_query)?;
        return Ok(value);
    }
    let (mended, mut errors) = mend::<T>(query);
    let more = mended.map(Input::check).and_then(Result::err);
    let more = more.map(|it| it.of_query().into_errors());
    FieldError::add_untold(&mut errors, more.unwrap_or_default());
    Err(Problem::new(Code::InvalidFields).errors(errors))
}

/// The query without what is wrong, unless that is needed, and what is wrong.
fn mend<T: DeserializeOwned>(query: &str) -> (Option<T>, Vec<FieldError>) {
    let mut parts: Vec<(String, &str)> = query.split('&').map(|it| (name(it), it)).collect();
    let mut errors = Vec::new();
    while errors.len() < MOST {
        let texts: Vec<&str> = parts.iter().map(|(_, text)| *text).collect();
        let error = match read::<T>(&texts.join("&")) {
            Ok(value) => return (Some(value), errors),
            Err(text) => told(&text, &parts),
        };
        let before = parts.len();
        parts.retain(|(name, _)| *name != error.pointer);
        FieldError::add_untold(&mut errors, [error]);
        // it is missing, and nothing can stand in for it
        if parts.len() == before {
            return (None, errors);
        }
    }
    (None, errors)
}

/// A parameter's name, which may be written in percent signs.
fn name(part: &str) -> String {
    let pairs = uri(part).and_then(|it| Query::<Vec<(String, String)>>::try_from_uri(&it).ok());
    let first = pairs.and_then(|Query(pairs)| pairs.into_iter().next());
    first.map_or_else(String::new, |(name, _)| name)
}

fn uri(query: &str) -> Option<Uri> {
    Uri::builder()
        .path_and_query(format!("/?{query}"))
        .build()
        .ok()
}

/// The value, or what is wrong in a sentence.
fn read<T: DeserializeOwned>(query: &str) -> Result<T, String> {
    let uri = uri(query).ok_or("it is no query")?;
    match Query::<T>::try_from_uri(&uri) {
        Ok(Query(value)) => Ok(value),
        Err(rejection) => {
            let text = rejection.body_text();
            let told = text.split_once("query string: ");
            Err(told.map_or(&*text, |(_, it)| it).to_owned())
        }
    }
}

/// The sentence is `name: reason`, or a reason that has the name in it.
fn told(text: &str, parts: &[(String, &str)]) -> FieldError {
    // a name that somebody made up may be any text
    let named = parts.iter().filter_map(|(name, _)| {
        let rest = text.strip_prefix(name)?;
        Some((name.as_str(), rest.strip_prefix(": ")?))
    });
    let longest = named.max_by_key(|(name, _)| name.len());
    let (name, reason) = longest.unwrap_or(("", text));
    let twice = text.strip_prefix("duplicate field `");
    if let Some(name) = twice.and_then(|it| it.split('`').next()) {
        return FieldError::new(name, "invalid", "is there more than once");
    }
    let mut error = field(reason, name.to_owned());
    if let Some(name) = error.pointer.strip_prefix('/') {
        error.pointer = name.to_owned();
    }
    error
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Clone, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only read")]
        limit: Option<u16>,
        #[serde(default)]
        #[expect(dead_code, reason = "only read")]
        after: i64,
        kind: Option<String>,
    }

    impl Input for Sample {
        fn check(self) -> Result<(), Problem> {
            if self.kind.as_deref() != Some("a") {
                return Ok(());
            }
            let error = FieldError::new("/kind", "invalid", "is never right");
            Err(Problem::new(Code::InvalidFields).errors(vec![error]))
        }
    }

    #[derive(Debug, Clone, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Needed {
        #[expect(dead_code, reason = "only read")]
        id: u16,
    }

    impl Input for Needed {}

    fn refused<T: Input + Clone + std::fmt::Debug>(query: &str) -> Vec<String> {
        let problem = parse::<T>(query).unwrap_err();
        assert_eq!(problem.code(), Code::InvalidFields);
        let each = problem.into_errors().into_iter();
        each.map(|it| format!("{} {}: {}", it.pointer, it.code, it.detail))
            .collect()
    }

    #[test]
    fn everything_is_told_at_once() {
        for good in ["", "limit=1", "after=-7&limit=2&kind=a%26b", "&limit=1&"] {
            parse::<Sample>(good).unwrap();
        }
        assert_eq!(
            refused::<Sample>("x%26y=1&limit=many&kind=a&after=&x:%20y=%00&x=1&x=2"),
            [
                "x&y unknown: is not a field here",
                "limit invalid: invalid digit found in string",
                "after invalid: cannot parse integer from empty string",
                "x: y unknown: is not a field here",
                "x unknown: is not a field here",
                "kind invalid: is never right",
            ]
        );
        assert_eq!(
            refused::<Sample>("limit=1&kind=a"),
            ["kind invalid: is never right"]
        );
        assert_eq!(
            refused::<Sample>("limit=1&limit=2&after=x"),
            [
                "limit invalid: is there more than once",
                "after invalid: invalid digit found in string",
            ]
        );
        let many: Vec<_> = (0..1000).map(|it| format!("x{it}=1")).collect();
        assert_eq!(refused::<Sample>(&many.join("&")).len(), MOST);
    }

    #[test]
    fn what_is_needed_is_missed_once() {
        assert_eq!(
            refused::<Needed>("a=1"),
            ["a unknown: is not a field here", "id missing: is missing"]
        );
        assert_eq!(
            refused::<Needed>("id=b"),
            ["id invalid: invalid digit found in string"]
        );
    }
}
