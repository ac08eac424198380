//! Why nothing came of it.

use tokio_postgres::error::SqlState;

use crate::pool::CheckoutError;
use crate::wire::{ColumnError, WireError};

/// Why an account was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// Another account signs in with that address.
    #[error("the address belongs to another account")]
    EmailTaken,
    /// There is no such account, or it was deleted.
    #[error("the account is gone")]
    AccountMissing,
    /// It may not be used at the moment.
    #[error("the account is banned")]
    Banned,
    /// The session was ended.
    #[error("the session was ended")]
    SessionMissing,
    /// No session has this refresh token.
    #[error("the refresh token is unknown")]
    RefreshTokenUnknown,
    /// It was used before; the session's tokens are all used up now.
    #[error("the refresh token was used before")]
    RefreshTokenUsed,
    /// No connection to the database could be had.
    #[error("no connection to the database")]
    Unavailable(#[from] CheckoutError),
    /// The connection was lost on the way.
    #[error("the connection to the database was lost")]
    Lost,
    /// The database refuses, a trigger of somebody's for instance. What it says is left out: it may hold what is in rows.
    #[error("the database refuses ({sqlstate})")]
    Refused {
        /// Its reason.
        sqlstate: String,
    },
}

impl From<WireError> for AccountsError {
    fn from(error: WireError) -> Self {
        let WireError::Refused(refusal) = error else {
            return Self::Lost;
        };
        let taken = refusal.code() == SqlState::UNIQUE_VIOLATION.code()
            && refusal.schema() == Some("auth")
            && refusal.constraint() == Some("users_email_partial_key");
        if taken {
            return Self::EmailTaken;
        }
        Self::Refused {
            sqlstate: refusal.code().to_owned(),
        }
    }
}

impl From<ColumnError> for AccountsError {
    fn from(_: ColumnError) -> Self {
        Self::Lost
    }
}
