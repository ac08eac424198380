//! What a token says, checked claim by claim.

use lodger_research::Principal as ScopedPrincipal;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::error::TokenError;

/// The length of a UUID with its hyphens, the only form in which an issuer writes it.
const UUID_LENGTH: usize = 36;

/// The user who is asking.
#[derive(Debug, Clone, PartialEq)]
pub struct Principal {
    /// The user's id, `auth.users.id`.
    pub user_id: Uuid,
    /// Has the user not registered? True as of when the token was issued: a user who has registered since is
    /// anonymous here until the session is refreshed.
    pub is_anonymous: bool,
    /// The address, if there is one.
    pub email: Option<String>,
    /// The session that the token belongs to.
    pub session_id: Option<Uuid>,
    /// All claims as the token has them, but for `sub`, which is in its canonical form; for
    /// `request.jwt.claims`.
    pub claims: Value,
    /// When the token ends.
    pub expires_at: OffsetDateTime,
    /// The same for the store.
    pub(crate) scoped: ScopedPrincipal,
}

impl Principal {
    /// Checks the claims that the signature check leaves open: everything but time, audience and issuer.
    pub(crate) fn from_claims(mut claims: Map<String, Value>) -> Result<Self, TokenError> {
        let user_id = uuid(&claims, "sub")?.ok_or(missing("sub"))?;
        if text(&claims, "role")? != Some("authenticated") {
            return Err(missing("role"));
        }
        let is_anonymous = match claims.get("is_anonymous") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(it)) => *it,
            Some(_) => return Err(missing("is_anonymous")),
        };
        let session_id = uuid(&claims, "session_id")?;
        let email = text(&claims, "email")?.filter(|it| !it.is_empty());
        let email = email.map(ToOwned::to_owned);
        let expires_at = expiry(&claims)?;
        claims.insert("sub".to_owned(), user_id.to_string().into());
        let claims = Value::Object(claims);
        let scoped = ScopedPrincipal::with_claims(user_id, is_anonymous, &claims);
        Ok(Self {
            user_id,
            is_anonymous,
            email,
            session_id,
            claims,
            expires_at,
            scoped,
        })
    }
}

/// The role of the old API keys, which are JWTs that name no user.
pub(super) fn role_of_api_key(claims: &Map<String, Value>) -> Option<&'static str> {
    match claims.get("role").and_then(Value::as_str) {
        Some("anon") => Some("anon"),
        Some("service_role") => Some("service_role"),
        _ => None,
    }
}

fn missing(claim: &'static str) -> TokenError {
    TokenError::Claim { claim }
}

fn text<'a>(
    claims: &'a Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'a str>, TokenError> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(it)) => Ok(Some(it)),
        Some(_) => Err(missing(name)),
    }
}

fn uuid(claims: &Map<String, Value>, name: &'static str) -> Result<Option<Uuid>, TokenError> {
    let Some(text) = text(claims, name)? else {
        return Ok(None);
    };
    if text.len() != UUID_LENGTH {
        return Err(missing(name));
    }
    Uuid::try_parse(text).map(Some).map_err(|_| missing(name))
}

fn expiry(claims: &Map<String, Value>) -> Result<OffsetDateTime, TokenError> {
    let number = claims.get("exp").ok_or(missing("exp"))?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "seconds; what is cut off is less than one, and what is out of range is refused next"
    )]
    let seconds = number
        .as_i64()
        .or_else(|| number.as_f64().map(|it| it as i64))
        .ok_or(missing("exp"))?;
    OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| missing("exp"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const USER: &str = "4a1e0001-aaaa-4bbb-8ccc-0123456789ab";

    fn with(name: &str, value: Value) -> Result<Principal, TokenError> {
        let mut claims = json!({"sub": USER, "role": "authenticated", "exp": 4_000_000_000_u32});
        claims[name] = value;
        let Value::Object(claims) = claims else {
            panic!("an object");
        };
        Principal::from_claims(claims)
    }

    #[test]
    fn an_id_is_read_in_either_case_and_in_no_other_form() {
        let upper = with("sub", USER.to_uppercase().into()).unwrap();
        assert_eq!(upper.user_id.to_string(), USER);
        assert_eq!(upper.claims["sub"], USER, "the database gets one form");
        let bare = USER.replace('-', "");
        for bad in [
            bare.clone(),
            format!("{{{USER}}}"),
            format!("urn:uuid:{USER}"),
            format!("{bare}    "),
            String::new(),
        ] {
            assert_eq!(with("sub", bad.into()), Err(missing("sub")));
        }
        assert_eq!(with("sub", json!(7)), Err(missing("sub")));
        assert_eq!(with("sub", Value::Null), Err(missing("sub")));
    }

    #[test]
    fn only_users_are_let_in() {
        assert_eq!(with("role", "postgres".into()), Err(missing("role")));
        assert_eq!(with("role", Value::Null), Err(missing("role")));
        assert!(with("is_anonymous", json!(true)).unwrap().is_anonymous);
        assert!(!with("is_anonymous", Value::Null).unwrap().is_anonymous);
        assert_eq!(
            with("is_anonymous", json!("false")),
            Err(missing("is_anonymous"))
        );
        assert_eq!(with("email", "".into()).unwrap().email, None);
        assert_eq!(with("session_id", "x".into()), Err(missing("session_id")));
    }

    #[test]
    fn an_end_beyond_the_calendar_is_refused() {
        assert_eq!(with("exp", json!(u64::MAX)), Err(missing("exp")));
        assert_eq!(with("exp", json!(1e300)), Err(missing("exp")));
        assert!(with("exp", json!(4_000_000_000.5)).is_ok());
    }
}
