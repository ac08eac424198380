//! A request with an `Idempotency-Key` is carried out once; its repetitions get the same answer.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lodger_research::{IdempotencyKey, Scope, Work};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::problem::{Code, Problem};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The request's key, if it has one, and what the request is but for its body.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    key: Option<String>,
    request: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let malformed =
            || Problem::new(Code::MalformedRequest).detail("send one `Idempotency-Key`");
        let mut keys = parts.headers.get_all(KEY).iter();
        let key = keys.next().map(|it| it.to_str().map(ToOwned::to_owned));
        let key = key.transpose().map_err(|_| malformed())?;
        if keys.next().is_some() {
            return Err(malformed());
        }
        // what a change is based on is a part of what is asked for
        let version = parts.headers.get(header::IF_MATCH);
        let version = version.map_or("", |it| it.to_str().unwrap_or_default());
        let request = format!("{} {} {version}\n", parts.method, parts.uri);
        Ok(Self { key, request })
    }
}

/// An answer that can be kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reply {
    status: u16,
    etag: Option<String>,
    location: Option<String>,
    body: Value,
}

impl Reply {
    /// An answer with this body.
    pub(crate) fn new(status: StatusCode, body: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_value(body).map_err(|_| Problem::new(Code::Internal))?;
        Ok(Self {
            status: status.as_u16(),
            etag: None,
            location: None,
            body,
        })
    }

    pub(crate) fn tagged(mut self, tag: String) -> Self {
        self.etag = Some(tag);
        self
    }

    pub(crate) fn at(mut self, location: String) -> Self {
        self.location = Some(location);
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut headers = HeaderMap::new();
        for (name, text) in [(header::ETAG, self.etag), (header::LOCATION, self.location)] {
            if let Some(Ok(value)) = text.map(|it| HeaderValue::from_str(&it)) {
                headers.insert(name, value);
            }
        }
        (status, headers, Json(self.body)).into_response()
    }
}

/// A transaction in which a request is carried out, or the answer that was given to it before.
pub(crate) enum Begun {
    /// It was carried out before.
    Replayed(Response),
    /// It is to be carried out.
    Open(Box<Once>),
}

/// A transaction in which a request is carried out and its answer is kept.
#[derive(Debug)]
pub(crate) struct Once {
    pub(crate) work: Work,
    key: Option<IdempotencyKey>,
}

impl Key {
    /// Begins to carry the request out, unless that was done before.
    pub(crate) async fn begin(self, scope: &Scope, body: &[u8]) -> Result<Begun, Problem> {
        let Some(name) = self.key else {
            let work = scope.begin().await?;
            let once = Once { work, key: None };
            return Ok(Begun::Open(Box::new(once)));
        };
        let request = [self.request.as_bytes(), body].concat();
        let key = IdempotencyKey::new(&name, &request)?;
        let mut work = scope.begin().await?;
        let Some(kept) = work.recall(&key).await? else {
            let key = Some(key);
            return Ok(Begun::Open(Box::new(Once { work, key })));
        };
        work.roll_back().await?;
        let reply: Reply =
            serde_json::from_value(kept).map_err(|_| Problem::new(Code::Internal))?;
        let mut response = reply.into_response();
        let headers = response.headers_mut();
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
        Ok(Begun::Replayed(response))
    }
}

impl Once {
    /// Keeps the answer together with what was done.
    pub(crate) async fn finish(mut self, reply: Reply) -> Result<Response, Problem> {
        if let Some(key) = &self.key {
            let kept = serde_json::to_value(&reply).map_err(|_| Problem::new(Code::Internal))?;
            self.work.remember(key, &kept).await?;
        }
        self.work.commit().await?;
        Ok(reply.into_response())
    }
}

/// The transaction, or the answer that was given before, which the handler then returns.
macro_rules! open {
    ($begun:expr) => {
        match $begun {
            $crate::once::Begun::Open(once) => once,
            $crate::once::Begun::Replayed(response) => return Ok(response),
        }
    };
}
pub(crate) use open;
