//! Sessions and users as the client library reads them.

use axum::Json;
use axum::http::HeaderMap;
use lodger_database::accounts::{Account, Identity, SignedIn};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::error::{AuthError, Refusal};
use super::{Service, SignIn};

pub(super) type Answer = Result<(HeaderMap, Json<Value>), AuthError>;

impl SignIn {
    /// A session: its tokens, and whose it is.
    pub(super) fn session(&self, signed_in: &SignedIn) -> Answer {
        let now = OffsetDateTime::now_utc();
        let expires_in = self.0.token_lifetime.as_secs();
        let expires_at = now + self.0.token_lifetime;
        let claims = self.0.claims(signed_in, now, expires_at);
        let token = self.0.key.sign(&claims).map_err(|_| Refusal::Broken)?;
        Ok((
            HeaderMap::new(),
            Json(json!({
                "access_token": token,
                "token_type": "bearer",
                "expires_in": expires_in,
                "expires_at": expires_at.unix_timestamp(),
                "refresh_token": signed_in.refresh_token,
                "user": user(&signed_in.account),
            })),
        ))
    }
}

impl Service {
    /// What the access token says. `email` and `phone` are empty rather than absent.
    pub(super) fn claims(
        &self,
        signed_in: &SignedIn,
        now: OffsetDateTime,
        end: OffsetDateTime,
    ) -> Value {
        let account = &signed_in.account;
        let methods = signed_in.methods.iter();
        let methods: Vec<_> = methods
            .map(|(method, at)| json!({"method": method, "timestamp": at.unix_timestamp()}))
            .collect();
        json!({
            "iss": self.issuer,
            "sub": account.id,
            "aud": account.audience,
            "exp": end.unix_timestamp(),
            "iat": now.unix_timestamp(),
            "email": account.email.as_deref().unwrap_or_default(),
            "phone": "",
            "app_metadata": account.app_metadata,
            "user_metadata": account.user_metadata,
            "role": account.role,
            "aal": "aal1",
            "amr": methods,
            "session_id": signed_in.session_id,
            "is_anonymous": account.is_anonymous,
        })
    }
}

/// A user. Moments that have not come are left out.
pub(super) fn user(account: &Account) -> Value {
    let identities: Vec<_> = account
        .identities
        .iter()
        .map(|it| identity(account, it))
        .collect();
    let mut user = json!({
        "id": account.id,
        "aud": account.audience,
        "role": account.role,
        "email": account.email.as_deref().unwrap_or_default(),
        "phone": "",
        "app_metadata": account.app_metadata,
        "user_metadata": account.user_metadata,
        "identities": identities,
        "is_anonymous": account.is_anonymous,
    });
    if let Some(members) = user.as_object_mut() {
        add(members, "email_confirmed_at", account.email_confirmed_at);
        add(members, "confirmed_at", account.confirmed_at);
        add(members, "last_sign_in_at", account.last_sign_in_at);
        add(members, "created_at", account.created_at);
        add(members, "updated_at", account.updated_at);
    }
    user
}

/// `id` is who the user is for the provider, `identity_id` is the row.
fn identity(account: &Account, identity: &Identity) -> Value {
    let mut value = json!({
        "identity_id": identity.id,
        "id": identity.provider_id,
        "user_id": account.id,
        "identity_data": identity.data,
        "provider": identity.provider,
        "email": identity.email,
    });
    if let Some(members) = value.as_object_mut() {
        add(members, "last_sign_in_at", identity.last_sign_in_at);
        add(members, "created_at", identity.created_at);
        add(members, "updated_at", identity.updated_at);
    }
    value
}

fn add(members: &mut Map<String, Value>, name: &str, moment: Option<OffsetDateTime>) {
    if let Some(Ok(text)) = moment.map(|it| it.format(&Rfc3339)) {
        members.insert(name.to_owned(), text.into());
    }
}
