//! What goes wrong, told as RFC 9457 problem details.

pub(crate) mod answers;
mod body;
mod code;
mod store;

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

pub(crate) use body::Faults;
pub use body::{FieldError, ProblemBody};
pub use code::Code;

use crate::token::TokenError;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// An answer that says what went wrong. It holds nothing of a token, a claim or a statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    code: Code,
    detail: Option<String>,
    errors: Vec<FieldError>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem of this kind.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self {
            code,
            detail: None,
            errors: Vec::new(),
            members: Map::new(),
            headers: Vec::new(),
        }
    }

    /// Says more about this case.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Says which fields are wrong.
    #[must_use]
    pub fn errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// Adds a member of its own, such as the moves that are allowed.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a header. A value that is none is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// Its kind.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// The fields that are wrong.
    pub(crate) fn into_errors(self) -> Vec<FieldError> {
        self.errors
    }

    /// The same about a query, whose parameters have names and no JSON pointers.
    pub(crate) fn of_query(mut self) -> Self {
        for error in &mut self.errors {
            if let Some(name) = error.pointer.strip_prefix('/') {
                error.pointer = name.to_owned();
            }
        }
        self
    }

    /// Its JSON, naming the request by id and path.
    pub(crate) fn body(&self, request: Option<(&str, &str)>) -> ProblemBody {
        ProblemBody::new(self, request)
    }

    /// The answer to a request, which is named in it.
    pub(crate) fn render(&self, request: Option<(&str, &str)>) -> Response {
        let body = self.body(request);
        let kind = [(header::CONTENT_TYPE, MEDIA_TYPE)];
        let mut response = (self.code.status(), kind, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        response
    }
}

impl IntoResponse for Problem {
    /// The shell around all routes writes the body again when it knows the request's id.
    fn into_response(self) -> Response {
        let mut response = self.render(None);
        response.extensions_mut().insert(self);
        response
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        let code = match error {
            TokenError::Missing => Code::TokenMissing,
            TokenError::Malformed => Code::TokenMalformed,
            TokenError::ApiKey | TokenError::NotOfUser { .. } => Code::TokenIsApiKey,
            TokenError::Algorithm => Code::TokenAlgorithm,
            TokenError::Signature => Code::TokenInvalidSignature,
            TokenError::UnknownKey => Code::TokenUnknownKey,
            TokenError::Expired => Code::TokenExpired,
            TokenError::NotYet => Code::TokenNotYetValid,
            TokenError::Audience => Code::TokenWrongAudience,
            TokenError::Issuer => Code::TokenWrongIssuer,
            TokenError::Claim { .. } => Code::TokenInvalidClaim,
            TokenError::KeysUnavailable => {
                return Self::new(Code::TokenKeysUnavailable)
                    .detail(error.to_string())
                    .header(header::RETRY_AFTER, "10");
            }
        };
        // RFC 6750: no error attribute where no credentials were sent
        let challenge = match error {
            TokenError::Missing => "Bearer realm=\"lodger\"",
            _ => "Bearer realm=\"lodger\", error=\"invalid_token\"",
        };
        Self::new(code)
            .detail(error.to_string())
            .header(header::WWW_AUTHENTICATE, challenge)
    }
}
