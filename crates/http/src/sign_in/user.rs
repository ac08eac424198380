//! `GET` and `PUT /user`: the account of whoever asks.

use axum::Json;
use axum::extract::State;
use lodger_database::accounts::AccountChange;
use serde_json::Value;

use super::SignIn;
use super::answer::user;
use super::caller::Caller;
use super::error::{AuthError, Refusal};
use super::input::{self, Fields};

pub(super) async fn read(
    State(service): State<SignIn>,
    caller: Caller,
) -> Result<Json<Value>, AuthError> {
    let account = service
        .0
        .accounts
        .of_session(caller.id, caller.session)
        .await?;
    Ok(Json(user(&account)))
}

/// An anonymous user who gives an address is permanent from then on, with the same id and everything that is theirs.
pub(super) async fn update(
    State(service): State<SignIn>,
    caller: Caller,
    input::Json(fields): input::Json<Fields>,
) -> Result<Json<Value>, AuthError> {
    let account = service
        .0
        .accounts
        .of_session(caller.id, caller.session)
        .await?;
    let email = fields.email()?;
    let mut change = AccountChange {
        user_metadata: fields.metadata()?,
        ..AccountChange::default()
    };
    if let Some(password) = fields.password() {
        if email.is_none() && account.email.is_none() {
            return Err(Refusal::PasswordWithoutEmail.into());
        }
        let present = account.password_hash.as_deref();
        let passwords = &service.0.passwords;
        if let Some(claimed) = fields.current_password.as_deref()
            && !passwords.fits(claimed, present).await?
        {
            return Err(Refusal::InvalidCredentials.into());
        }
        if passwords.fits(password, present).await? {
            return Err(Refusal::SamePassword.into());
        }
        change.password_hash = Some(passwords.hash(password).await?);
    }
    change.email = email;
    let changed = service
        .0
        .accounts
        .change(caller.id, caller.session, &change)
        .await?;
    Ok(Json(user(&changed)))
}
