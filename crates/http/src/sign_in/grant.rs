//! `POST /token`: a session for a password or for a refresh token.

use axum::extract::{Query, State};
use serde::Deserialize;

use super::SignIn;
use super::answer::Answer;
use super::error::Refusal;
use super::input::{Fields, From, Json};

#[derive(Debug, Deserialize)]
pub(super) struct Grant {
    #[serde(default)]
    grant_type: String,
}

pub(super) async fn grant(
    State(service): State<SignIn>,
    Query(grant): Query<Grant>,
    from: From,
    Json(fields): Json<Fields>,
) -> Answer {
    match grant.grant_type.as_str() {
        "password" => by_password(&service, &from, &fields).await,
        "refresh_token" => by_refresh_token(&service, &fields).await,
        _ => Err(Refusal::BadGrant.into()),
    }
}

/// Whether the address or the password is wrong is not told, neither in words nor by the time that it takes.
async fn by_password(service: &SignIn, from: &From, fields: &Fields) -> Answer {
    service.admit(from)?;
    let email = fields.email()?.unwrap_or_default();
    let account = service.0.accounts.find_by_email(&email).await?;
    let hash = account.as_ref().and_then(|it| it.password_hash.as_deref());
    let password = fields.password().unwrap_or_default();
    let fits = service.0.passwords.fits(password, hash).await?;
    let account = account
        .filter(|_| fits)
        .ok_or(Refusal::InvalidCredentials)?;
    let signed_in = service.0.accounts.sign_in(account.id, &from.0).await?;
    service.session(&signed_in)
}

async fn by_refresh_token(service: &SignIn, fields: &Fields) -> Answer {
    let token = fields.refresh_token.as_deref().unwrap_or_default();
    let reuse = service.0.reuse_interval.as_secs_f64();
    let signed_in = service.0.accounts.refresh(token, reuse).await?;
    service.session(&signed_in)
}
