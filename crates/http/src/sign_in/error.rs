//! Errors in the form that the client library reads.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lodger_database::accounts::AccountsError;
use serde_json::{Value, json};

use crate::rate::seconds;
use crate::token::TokenError;

const VERSION: HeaderName = HeaderName::from_static("x-supabase-api-version");
/// Since this version an error's code is a name; before, it was the status again.
const NAMES_SINCE: &str = "2024-01-01";
const CODE: HeaderName = HeaderName::from_static("x-sb-error-code");

macro_rules! refusals {
    ($($variant:ident = $status:ident, $code:literal, $message:literal;)*) => {
        /// Why a request is refused: the codes and statuses of the service that this one stands in for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Refusal { $(#[doc = $message] $variant,)* }

        impl Refusal {
            fn parts(self) -> (StatusCode, &'static str, &'static str) {
                match self { $(Self::$variant => (StatusCode::$status, $code, $message),)* }
            }
        }
    };
}

refusals! {
    BadJson = BAD_REQUEST, "bad_json", "Could not parse request body as JSON";
    TooLarge = PAYLOAD_TOO_LARGE, "request_too_large", "The request body is too large";
    NoToken = UNAUTHORIZED, "no_authorization", "This endpoint requires a Bearer token";
    BadToken = FORBIDDEN, "bad_jwt", "The access token is not accepted";
    SessionMissing = FORBIDDEN, "session_not_found", "The session of the access token does not exist";
    AccountMissing = FORBIDDEN, "user_not_found", "The user of the access token does not exist";
    Banned = BAD_REQUEST, "user_banned", "User is banned";
    InvalidEmail = BAD_REQUEST, "validation_failed", "Unable to validate email address: invalid format";
    PasswordMissing = BAD_REQUEST, "validation_failed", "Signup requires a valid password";
    PasswordTooLong = BAD_REQUEST, "validation_failed", "Password cannot be longer than 72 bytes";
    PasswordWithoutEmail = UNPROCESSABLE_ENTITY, "validation_failed", "An anonymous user needs an email address to have a password";
    BadScope = BAD_REQUEST, "validation_failed", "The scope is one of global, local and others";
    BadGrant = BAD_REQUEST, "validation_failed", "The grant type is neither a password nor a refresh token";
    BadMetadata = BAD_REQUEST, "validation_failed", "User data has to be an object";
    PhoneDisabled = BAD_REQUEST, "phone_provider_disabled", "Phone sign-ins are not available here";
    WeakPassword = UNPROCESSABLE_ENTITY, "weak_password", "Password should be at least 6 characters";
    SamePassword = UNPROCESSABLE_ENTITY, "same_password", "New password should be different from the old password";
    InvalidCredentials = BAD_REQUEST, "invalid_credentials", "Invalid login credentials";
    UserExists = UNPROCESSABLE_ENTITY, "user_already_exists", "User already registered";
    EmailExists = UNPROCESSABLE_ENTITY, "email_exists", "A user with this email address has already been registered";
    RefreshTokenUnknown = BAD_REQUEST, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found";
    RefreshTokenUsed = BAD_REQUEST, "refresh_token_already_used", "Invalid Refresh Token: Already Used";
    TooOften = TOO_MANY_REQUESTS, "over_request_rate_limit", "Request rate limit reached";
    NotFound = NOT_FOUND, "not_found", "There is nothing here";
    MethodNotAllowed = METHOD_NOT_ALLOWED, "method_not_allowed", "The method is not allowed here";
    Unavailable = SERVICE_UNAVAILABLE, "unexpected_failure", "The database cannot be reached";
    Database = INTERNAL_SERVER_ERROR, "unexpected_failure", "Database error";
    Broken = INTERNAL_SERVER_ERROR, "unexpected_failure", "Something is broken here";
}

/// A refusal, with what is to be said of this case.
#[derive(Debug, Clone)]
pub(super) struct AuthError {
    refusal: Refusal,
    message: Option<String>,
    retry_after: Option<u64>,
}

impl AuthError {
    pub(super) fn with_message(refusal: Refusal, message: String) -> Self {
        Self {
            message: Some(message),
            ..refusal.into()
        }
    }

    pub(super) fn too_often(wait: std::time::Duration) -> Self {
        Self {
            retry_after: Some(seconds(wait)),
            ..Refusal::TooOften.into()
        }
    }

    fn body(&self, named: bool) -> Value {
        let (status, code, message) = self.refusal.parts();
        let message = self.message.as_deref().unwrap_or(message);
        let mut body = if named {
            json!({"code": code, "message": message})
        } else {
            json!({"code": status.as_u16(), "error_code": code, "msg": message})
        };
        if let (Refusal::WeakPassword, Some(members)) = (self.refusal, body.as_object_mut()) {
            members.insert("weak_password".to_owned(), json!({"reasons": ["length"]}));
        }
        body
    }
}

impl From<Refusal> for AuthError {
    fn from(refusal: Refusal) -> Self {
        Self {
            refusal,
            message: None,
            retry_after: None,
        }
    }
}

impl From<AccountsError> for AuthError {
    fn from(error: AccountsError) -> Self {
        let refusal = match &error {
            AccountsError::EmailTaken => Refusal::EmailExists,
            AccountsError::AccountMissing => Refusal::AccountMissing,
            AccountsError::Banned => Refusal::Banned,
            AccountsError::SessionMissing => Refusal::SessionMissing,
            AccountsError::RefreshTokenUnknown => Refusal::RefreshTokenUnknown,
            AccountsError::RefreshTokenUsed => Refusal::RefreshTokenUsed,
            AccountsError::Unavailable(reason) => {
                tracing::warn!(%reason, "no connection for the sign-in");
                Refusal::Unavailable
            }
            AccountsError::Lost => Refusal::Unavailable,
            AccountsError::Refused { sqlstate } => {
                tracing::error!(sqlstate, "the database refused a sign-in");
                let message = format!("Database error ({sqlstate})");
                return Self::with_message(Refusal::Database, message);
            }
        };
        refusal.into()
    }
}

impl From<TokenError> for AuthError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Missing => Refusal::NoToken.into(),
            error => Self::with_message(Refusal::BadToken, format!("invalid JWT: {error}")),
        }
    }
}

impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        let (status, code, _) = self.refusal.parts();
        let mut response = (status, Json(self.body(false))).into_response();
        let headers = response.headers_mut();
        headers.insert(CODE, HeaderValue::from_static(code));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// A client that says which version it knows gets errors in that version's form, and is told so.
pub(super) async fn in_the_clients_form(request: Request, next: Next) -> Response {
    let version = request.headers().get(VERSION).cloned();
    let mut response = next.run(request).await;
    let named = version
        .as_ref()
        .and_then(|it| it.to_str().ok())
        .is_some_and(|it| it >= NAMES_SINCE);
    if !named {
        return response;
    }
    if let Some(error) = response.extensions_mut().remove::<AuthError>() {
        let headers = std::mem::take(response.headers_mut());
        let mut renamed = (response.status(), Json(error.body(true))).into_response();
        for (name, value) in &headers {
            if name != header::CONTENT_LENGTH {
                renamed.headers_mut().insert(name, value.clone());
            }
        }
        response = renamed;
    }
    response
        .headers_mut()
        .insert(VERSION, HeaderValue::from_static(NAMES_SINCE));
    response
}
