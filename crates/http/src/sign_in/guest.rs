//! A guest without a request: for examples that work at once.

use lodger_database::accounts::{AccountsError, NewAccount, Visitor};
use serde_json::Value;
use time::OffsetDateTime;

use super::SignIn;
use crate::token::SigningKeyError;

/// There is no guest.
#[derive(Debug, thiserror::Error)]
pub enum GuestError {
    /// The account cannot be made.
    #[error("no account could be made")]
    Account(#[from] AccountsError),
    /// Its token cannot be signed.
    #[error(transparent)]
    Token(#[from] SigningKeyError),
}

impl SignIn {
    /// Signs an anonymous user up, and gives the access token.
    ///
    /// # Errors
    /// When the database or the key fails.
    pub async fn guest(&self) -> Result<String, GuestError> {
        let service = &self.0;
        let new = NewAccount {
            email: None,
            password_hash: None,
            user_metadata: Value::Null,
        };
        let visitor = Visitor {
            user_agent: None,
            address: None,
        };
        let signed_in = service.accounts.create(&new, &visitor).await?;
        let now = OffsetDateTime::now_utc();
        let claims = service.claims(&signed_in, now, now + service.token_lifetime);
        Ok(service.key.sign(&claims)?)
    }
}
