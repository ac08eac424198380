//! Who is asking the sign-in service.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use uuid::Uuid;

use super::SignIn;
use super::error::{AuthError, Refusal};
use crate::extract::bearer;

/// A user with a session, by their access token. Whether the session was ended is for the database to say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller {
    pub(super) id: Uuid,
    pub(super) session: Uuid,
}

impl FromRequestParts<SignIn> for Caller {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, service: &SignIn) -> Result<Self, AuthError> {
        let principal = service.0.verifier.verify(bearer(&parts.headers)?).await?;
        Ok(Self {
            id: principal.user_id,
            session: principal.session_id.ok_or(Refusal::SessionMissing)?,
        })
    }
}
