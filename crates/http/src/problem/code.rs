//! The list of all problem codes. They are a contract: one that was published keeps its name and status.

use axum::http::StatusCode;

macro_rules! codes {
    ($($variant:ident = $code:literal, $status:ident, $title:literal;)*) => {
        /// What can go wrong. The name is the problem's `code`, and the end of its `type`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code {
            $(#[doc = $title] $variant,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its stable name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The status that it is answered with.
            #[must_use]
            pub fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)* }
            }

            /// The same sentence for every case of it.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

codes! {
    MalformedRequest = "malformed_request", BAD_REQUEST, "The request cannot be read";
    InvalidCursor = "invalid_cursor", BAD_REQUEST, "The cursor is not one of this list";
    TokenMissing = "token_missing", UNAUTHORIZED, "An access token is needed";
    TokenMalformed = "token_malformed", UNAUTHORIZED, "The access token cannot be read";
    TokenIsApiKey = "token_is_api_key", UNAUTHORIZED, "An API key is no access token";
    TokenAlgorithm = "token_algorithm_not_accepted", UNAUTHORIZED, "The access token's algorithm is not accepted";
    TokenInvalidSignature = "token_invalid_signature", UNAUTHORIZED, "The access token's signature does not fit";
    TokenUnknownKey = "token_unknown_key", UNAUTHORIZED, "The access token's key is not known";
    TokenExpired = "token_expired", UNAUTHORIZED, "The access token has expired";
    TokenNotYetValid = "token_not_yet_valid", UNAUTHORIZED, "The access token is not valid yet";
    TokenWrongAudience = "token_wrong_audience", UNAUTHORIZED, "The access token is for another audience";
    TokenWrongIssuer = "token_wrong_issuer", UNAUTHORIZED, "The access token is from another issuer";
    TokenInvalidClaim = "token_invalid_claim", UNAUTHORIZED, "A claim of the access token is missing or wrong";
    AccountMissing = "account_missing", UNAUTHORIZED, "The user of the access token is gone";
    NotFound = "not_found", NOT_FOUND, "There is nothing here";
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "The method is not allowed here";
    InvalidTransition = "invalid_transition", CONFLICT, "The session cannot make this move";
    AlreadyArchived = "already_archived", CONFLICT, "The session is archived already";
    NotArchived = "not_archived", CONFLICT, "The session is not archived";
    Duplicate = "duplicate", CONFLICT, "It is there already";
    Conflict = "conflict", CONFLICT, "Somebody else was faster";
    SourceTransferred = "source_transferred", CONFLICT, "The account's data was transferred to another one";
    SourceNotAnonymous = "source_not_anonymous", FORBIDDEN, "Only an anonymous user's work can be taken over";
    ReceiverAnonymous = "receiver_anonymous", FORBIDDEN, "Only a registered user can take over work";
    SameUser = "same_user", CONFLICT, "The work is this user's already";
    ClaimInvalid = "claim_invalid", CONFLICT, "The claim is unknown or too old";
    ClaimUsed = "claim_used", CONFLICT, "The claim was used already";
    UndoOver = "undo_over", CONFLICT, "The transfer can no longer be reverted";
    IdempotencyMismatch = "idempotency_mismatch", CONFLICT, "The idempotency key was used for another request";
    TooManyStreams = "too_many_streams", TOO_MANY_REQUESTS, "Too many streams are open";
    TicketInvalid = "ticket_invalid", UNAUTHORIZED, "The ticket is unknown, used or too old";
    VersionMismatch = "version_mismatch", PRECONDITION_FAILED, "It was changed since it was read";
    PayloadTooLarge = "payload_too_large", PAYLOAD_TOO_LARGE, "The body is too large";
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "The body's content type is not accepted";
    RangeNotSatisfiable = "range_not_satisfiable", RANGE_NOT_SATISFIABLE, "The range lies outside of the content";
    PreconditionRequired = "precondition_required", PRECONDITION_REQUIRED, "The version that the change is based on has to be named";
    InvalidFields = "invalid_fields", UNPROCESSABLE_ENTITY, "Some fields are wrong";
    RateLimited = "rate_limited", TOO_MANY_REQUESTS, "Too many requests";
    Internal = "internal", INTERNAL_SERVER_ERROR, "Something is broken here";
    DatabaseUnavailable = "database_unavailable", SERVICE_UNAVAILABLE, "The database cannot be reached";
    TokenKeysUnavailable = "token_keys_unavailable", SERVICE_UNAVAILABLE, "Access tokens cannot be checked";
    Timeout = "timeout", GATEWAY_TIMEOUT, "The answer took too long";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_statuses_are_errors() {
        let mut names: Vec<_> = Code::ALL.iter().map(|it| it.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(code.status().as_u16() >= 400, "{}", code.name());
            assert!(!code.title().ends_with('.'), "{}", code.name());
        }
    }
}
