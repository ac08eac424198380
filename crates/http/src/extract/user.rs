//! Who is asking, from the header `Authorization`.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use lodger_research::Scope;

use crate::app::{Handle, Shared};
use crate::problem::{Code, Problem};
use crate::rate::seconds;
use crate::token::{Principal, TokenError};

/// The user who is asking, proved by a token and within their budget, and what they may ask of the store.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) principal: Arc<Principal>,
    pub(crate) scope: Scope,
}

impl FromRequestParts<Handle> for User {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, handle: &Handle) -> Result<Self, Problem> {
        Self::proved_by(&handle.0, bearer(&parts.headers)?).await
    }
}

impl User {
    /// The user of a token, within their budget.
    pub(crate) async fn proved_by(shared: &Shared, token: &str) -> Result<Self, Problem> {
        let principal = shared.verifier.verify(token).await?;
        if let Err(wait) = shared.users.take(&principal.user_id) {
            let seconds = seconds(wait).to_string();
            return Err(Problem::new(Code::RateLimited)
                .detail(format!("try again in {seconds} seconds"))
                .header(header::RETRY_AFTER, &seconds));
        }
        Self::of(shared, principal)
    }

    /// What somebody whose token was checked may ask of the store.
    pub(crate) fn of(shared: &Shared, principal: Arc<Principal>) -> Result<Self, Problem> {
        let scope = shared.store.as_user(&principal.scoped)?;
        Ok(Self { principal, scope })
    }
}

/// The token of the header `Authorization: Bearer …`. Two such headers are refused rather than one of them chosen.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, TokenError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().ok_or(TokenError::Missing)?;
    if values.next().is_some() {
        return Err(TokenError::Malformed);
    }
    let value = value.to_str().map_err(|_| TokenError::Malformed)?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(TokenError::Missing),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn one_bearer_is_taken_and_nothing_else() {
        let read = |values: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for value in values {
                let value = HeaderValue::from_bytes(value).unwrap();
                headers.append(header::AUTHORIZATION, value);
            }
            bearer(&headers).map(ToOwned::to_owned)
        };
        assert_eq!(read(&[b"bearer  x.y.z"]), Ok("x.y.z".to_owned()));
        assert_eq!(read(&[]), Err(TokenError::Missing));
        assert_eq!(read(&[b"Basic YTpi"]), Err(TokenError::Missing));
        assert_eq!(read(&[b"Bearer"]), Err(TokenError::Missing));
        assert_eq!(read(&[b"Bearer \xff\xfe"]), Err(TokenError::Malformed));
        assert_eq!(
            read(&[b"Bearer a", b"Bearer b"]),
            Err(TokenError::Malformed)
        );
    }
}
