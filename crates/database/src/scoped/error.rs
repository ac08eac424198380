//! Why a scoped transaction failed: nobody answers, try again, or Postgres refuses.

use thiserror::Error;
use tokio_postgres::error::SqlState;

use crate::pool::CheckoutError;
use crate::wire::{Refusal, WireError};

/// A scoped transaction failed; nothing of it was kept.
#[derive(Debug, Error)]
pub enum ScopedError {
    /// No connection could be had.
    #[error(transparent)]
    Checkout(#[from] CheckoutError),
    /// The connection was lost on the way, or the server takes no work now. Of a COMMIT that was under way
    /// nobody knows whether it took place.
    #[error("the database cannot be reached: {reason}")]
    Lost {
        /// What happened.
        reason: String,
    },
    /// Another transaction was in the way: the same again may succeed.
    #[error("another transaction was in the way: {reason}")]
    Contention {
        /// What Postgres said.
        reason: String,
    },
    /// A statement took too long.
    #[error("the database took too long: {reason}")]
    TooLong {
        /// What Postgres said.
        reason: String,
    },
    /// Postgres refuses.
    #[error("the database refuses: {0}")]
    Refused(Box<Refusal>),
    /// The driver could not make sense of an answer: a mistake in the program.
    #[error("an answer of the database cannot be read: {reason}")]
    Unreadable {
        /// What the driver says.
        reason: String,
    },
}

impl ScopedError {
    /// The SQLSTATE with which Postgres refused.
    #[must_use]
    pub fn sqlstate(&self) -> Option<&str> {
        match self {
            Self::Refused(error) => Some(error.code()),
            _ => None,
        }
    }

    /// The constraint that is in the way.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Refused(error) => error.constraint(),
            _ => None,
        }
    }

    /// Whether nobody answered, as opposed to an answer that is no.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Checkout(_) | Self::Lost { .. })
    }

    /// Whether the same may succeed when it is tried again at once.
    #[must_use]
    pub fn is_contention(&self) -> bool {
        matches!(self, Self::Contention { .. })
    }
}

impl From<WireError> for ScopedError {
    fn from(error: WireError) -> Self {
        let said = match error {
            WireError::Refused(said) => said,
            WireError::Lost(reason) => return Self::Lost { reason },
            WireError::Unreadable(reason) => return Self::Unreadable { reason },
        };
        let (code, reason) = (said.code(), || said.to_string());
        let again = [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::LOCK_NOT_AVAILABLE,
        ];
        // connections, resources, the operator's intervention, a standby
        let away = ["08", "53", "57"]
            .iter()
            .any(|class| code.starts_with(class));
        if again.iter().any(|it| it.code() == code) {
            Self::Contention { reason: reason() }
        } else if code == SqlState::QUERY_CANCELED.code() {
            Self::TooLong { reason: reason() }
        } else if away || code == SqlState::READ_ONLY_SQL_TRANSACTION.code() {
            Self::Lost { reason: reason() }
        } else {
            Self::Refused(said)
        }
    }
}
