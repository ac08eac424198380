//! The query string, with unknown and wrong parameters refused by name.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::{Code, FieldError, Problem};

/// The query, read as `T`, which says `deny_unknown_fields`.
#[derive(Debug, Clone)]
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let text = rejection.body_text();
                let text = text
                    .rsplit_once("query string: ")
                    .map_or(&*text, |(_, it)| it);
                let (name, reason) = text.split_once(": ").unwrap_or(("", text));
                Err(Problem::new(Code::InvalidFields)
                    .errors(vec![FieldError::new(name, "invalid", reason)]))
            }
        }
    }
}
