//! `POST /signup`: a new account, with an address or anonymous.

use axum::extract::State;
use lodger_database::accounts::{AccountsError, NewAccount};
use serde_json::Value;

use super::SignIn;
use super::answer::Answer;
use super::error::{AuthError, Refusal};
use super::input::{Fields, From, Json};

pub(super) async fn sign_up(
    State(service): State<SignIn>,
    from: From,
    Json(fields): Json<Fields>,
) -> Answer {
    service.admit(&from)?;
    let email = fields.email()?;
    let password_hash = match (&email, fields.password()) {
        (None, None) => None,
        (None, Some(_)) => return Err(Refusal::InvalidEmail.into()),
        (Some(_), None) => return Err(Refusal::PasswordMissing.into()),
        (Some(_), Some(password)) => Some(service.0.passwords.hash(password).await?),
    };
    let new = NewAccount {
        email,
        password_hash,
        user_metadata: fields.metadata()?.map_or(Value::Null, Value::Object),
    };
    match service.0.accounts.create(&new, &from.0).await {
        Ok(signed_in) => service.session(&signed_in),
        Err(AccountsError::EmailTaken) => Err(Refusal::UserExists.into()),
        Err(error) => Err(error.into()),
    }
}

impl SignIn {
    /// Counts an attempt to sign in or up.
    pub(super) fn admit(&self, from: &From) -> Result<(), AuthError> {
        let taken = self.0.attempts.take(&from.address());
        taken.map_err(AuthError::too_often)
    }
}
