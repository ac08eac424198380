//! What the store refuses, told as problems.

use axum::http::header;
use lodger_research::{Error, Fault};

use super::{Code, FieldError, Problem};
use crate::etag::of_version;

impl From<&Fault> for FieldError {
    /// The store names its values as the API names its fields.
    fn from(fault: &Fault) -> Self {
        Self::new(format!("/{}", fault.field), "invalid", &fault.reason)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let detail = error.to_string();
        let plain = |code| Self::new(code).detail(detail.clone());
        match &error {
            Error::NotFound(_) => plain(Code::NotFound),
            Error::VersionMismatch { current } => {
                plain(Code::VersionMismatch).header(header::ETAG, &of_version(*current))
            }
            Error::InvalidTransition { from, allowed, .. } => {
                let allowed: Vec<_> = allowed.iter().map(|it| it.name()).collect();
                plain(Code::InvalidTransition)
                    .member("from", from.name())
                    .member("allowed", allowed)
            }
            Error::AlreadyArchived => plain(Code::AlreadyArchived),
            Error::NotArchived => plain(Code::NotArchived),
            Error::AlreadyExists => plain(Code::Duplicate),
            Error::SourceTransferred => plain(Code::SourceTransferred),
            Error::Invalid(faults) => {
                let errors = faults.iter().map(FieldError::from).collect();
                Self::new(Code::InvalidFields).errors(errors)
            }
            Error::CursorUnreadable | Error::CursorOfOtherFilter => plain(Code::InvalidCursor),
            Error::IdempotencyMismatch => plain(Code::IdempotencyMismatch),
            Error::SourceNotAnonymous => plain(Code::SourceNotAnonymous),
            Error::ReceiverAnonymous => plain(Code::ReceiverAnonymous),
            Error::SameUser => plain(Code::SameUser),
            Error::ClaimInvalid => plain(Code::ClaimInvalid),
            Error::ClaimUsed => plain(Code::ClaimUsed),
            Error::TicketInvalid => plain(Code::TicketInvalid),
            Error::UndoOver => plain(Code::UndoOver),
            Error::UserGone => plain(Code::AccountMissing),
            Error::Busy => plain(Code::Conflict).header(header::RETRY_AFTER, "1"),
            Error::TooLong => plain(Code::Timeout),
            Error::Unavailable { reason } => {
                tracing::warn!(%reason, "the database cannot be reached");
                Self::new(Code::DatabaseUnavailable).header(header::RETRY_AFTER, "5")
            }
            other => {
                tracing::error!(code = other.code(), reason = %other, "the store failed");
                Self::new(Code::Internal)
            }
        }
    }
}
