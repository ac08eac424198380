//! What clients send. Fields that this service does not know are let pass, as the one that it stands in for does.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use lodger_database::accounts::Visitor;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::{AuthError, Refusal};

/// An address longer than this cannot be delivered to (RFC 5321).
const MAX_EMAIL: usize = 254;
const MAX_USER_AGENT: usize = 500;

/// Who signs up, signs in, or changes their account.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) password: Option<String>,
    pub(super) current_password: Option<String>,
    pub(super) refresh_token: Option<String>,
    pub(super) data: Option<Value>,
}

impl Fields {
    /// The address, if one was sent that can be one.
    pub(super) fn email(&self) -> Result<Option<String>, AuthError> {
        if self.phone.as_ref().is_some_and(|it| !it.is_empty()) {
            return Err(Refusal::PhoneDisabled.into());
        }
        let email = self.email.as_deref().map(str::trim);
        let Some(email) = email.filter(|it| !it.is_empty()) else {
            return Ok(None);
        };
        if is_address(email) {
            Ok(Some(email.to_lowercase()))
        } else {
            Err(Refusal::InvalidEmail.into())
        }
    }

    pub(super) fn password(&self) -> Option<&str> {
        self.password.as_deref().filter(|it| !it.is_empty())
    }

    /// What the user wants to be kept.
    pub(super) fn metadata(&self) -> Result<Option<Map<String, Value>>, AuthError> {
        match &self.data {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(members)) => Ok(Some(members.clone())),
            Some(_) => Err(Refusal::BadMetadata.into()),
        }
    }
}

/// Nothing is ever sent there, so that it only has to look like one.
fn is_address(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = |it: char| !it.is_whitespace() && !it.is_control() && !"<>()[],;:\\\"".contains(it);
    let labels = || domain.split('.');
    text.len() <= MAX_EMAIL
        && !name.is_empty()
        && !name.contains('@')
        && text.chars().all(plain)
        && labels().count() > 1
        && labels().all(|it| !it.is_empty() && !it.starts_with('-') && !it.ends_with('-'))
}

/// A JSON body; none at all counts as an empty object.
#[derive(Debug)]
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = AuthError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AuthError> {
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|rejection| match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge,
            _ => Refusal::BadJson,
        })?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        let value = serde_json::from_slice(&bytes).map_err(|_| Refusal::BadJson)?;
        Ok(Self(value))
    }
}

/// Where the request comes from.
#[derive(Debug, Clone)]
pub(super) struct From(pub(super) Visitor);

impl From {
    /// What attempts are counted by.
    pub(super) fn address(&self) -> IpAddr {
        self.0.address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let user_agent = parts.headers.get(header::USER_AGENT);
        let user_agent = user_agent.and_then(|it| it.to_str().ok());
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(Visitor {
            user_agent: user_agent.map(|it| it.chars().take(MAX_USER_AGENT).collect()),
            address: address.map(|ConnectInfo(it)| it.ip()),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_looks_like_one() {
        for good in [
            "ann@example.test",
            "a.b+c@mail.example.test",
            "ä@example.test",
        ] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "@",
            "ann",
            "ann@",
            "@example.test",
            "ann@test",
            "a b@example.test",
            "a@b@example.test",
            "ann@.test",
            "ann@example.",
            "ann@-a.test",
            "ann@example.test\n",
            "<ann@example.test>",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
        assert!(!is_address(&format!("{}@example.test", "a".repeat(250))));
    }
}
