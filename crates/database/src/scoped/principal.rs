//! In whose name a transaction runs: a role of the platform, and the claims of one user.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

/// A role of the platform that requests come as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Nobody in particular.
    Anon,
    /// A user, registered or anonymous.
    Authenticated,
    /// The server itself: row-level security does not hold it back.
    Service,
}

impl Role {
    /// Its name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Anon => "anon",
            Self::Authenticated => "authenticated",
            Self::Service => "service_role",
        }
    }
}

/// Somebody in whose name statements are run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    role: Role,
    user_id: Option<Uuid>,
    is_anonymous: bool,
    /// Shared, because a user's are the same with each request.
    claims: Arc<str>,
    subject: Arc<str>,
}

impl Principal {
    /// A user who is known by id. `is_anonymous` is what the token says, not what `auth.users` says.
    #[must_use]
    pub fn user(id: Uuid, is_anonymous: bool) -> Self {
        let claims = json!({
            "sub": id, "role": "authenticated", "aud": "authenticated", "is_anonymous": is_anonymous,
        });
        Self::with_claims(id, is_anonymous, &claims)
    }

    /// A user with the claims of a token that was verified; policies of others may look at any of them.
    /// `sub` and `role` are set to what the principal is.
    #[must_use]
    pub fn with_claims(id: Uuid, is_anonymous: bool, claims: &Value) -> Self {
        let mut claims = claims.as_object().cloned().unwrap_or_default();
        claims.insert("sub".to_owned(), json!(id));
        claims.insert("role".to_owned(), json!(Role::Authenticated.name()));
        claims.insert("is_anonymous".to_owned(), json!(is_anonymous));
        Self {
            role: Role::Authenticated,
            user_id: Some(id),
            is_anonymous,
            claims: Value::Object(claims).to_string().into(),
            subject: id.to_string().into(),
        }
    }

    /// Nobody in particular.
    #[must_use]
    pub fn anon() -> Self {
        Self::without_user(Role::Anon)
    }

    /// The server itself. Whoever uses it checks what row-level security would have checked.
    #[must_use]
    pub fn service() -> Self {
        Self::without_user(Role::Service)
    }

    fn without_user(role: Role) -> Self {
        let claims = json!({ "role": role.name() }).to_string().into();
        Self {
            role,
            user_id: None,
            is_anonymous: false,
            claims,
            subject: "".into(),
        }
    }

    /// Its role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The user, if it is one.
    #[must_use]
    pub fn user_id(&self) -> Option<Uuid> {
        self.user_id
    }

    /// Whether the user's token says that it has not registered.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.is_anonymous
    }

    /// The claims, as JSON.
    #[must_use]
    pub fn claims(&self) -> &str {
        &self.claims
    }

    /// The user's id as the claims have it; empty if it is none.
    pub(super) fn subject(&self) -> &str {
        &self.subject
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_cannot_say_who_it_is() {
        let id = Uuid::from_u128(7);
        let hostile = json!({ "sub": "somebody else", "role": "service_role", "x": 1 });
        let principal = Principal::with_claims(id, true, &hostile);
        let claims: Value = serde_json::from_str(principal.claims()).unwrap();
        assert_eq!(claims["sub"], json!(id));
        assert_eq!(claims["role"], "authenticated");
        assert_eq!(claims["is_anonymous"], true);
        assert_eq!(claims["x"], 1);
    }
}
