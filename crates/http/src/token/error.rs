//! Why a token is refused, and why a verifier cannot be made.

/// Why a token was refused. No variant holds the token or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// There is none.
    #[error("the request carries no access token; send `Authorization: Bearer <token>`")]
    Missing,
    /// It is not a JWT, or one that nobody here would issue.
    #[error("the access token cannot be read: it is no signed JSON Web Token")]
    Malformed,
    /// `sb_publishable_…` or `sb_secret_…`, which are no tokens at all.
    #[error(
        "an API key was sent as the access token; it belongs into the `apikey` header, and a user signs in to get a token"
    )]
    ApiKey,
    /// The old API keys, which are JWTs of a role and not of a user.
    #[error("the token is an API key of role `{role}` and names no user; sign in to get a token")]
    NotOfUser {
        /// `anon` or `service_role`.
        role: &'static str,
    },
    /// The algorithm is none that a configured key is for.
    #[error("the access token is signed with an algorithm that is not accepted here")]
    Algorithm,
    /// The signature does not fit.
    #[error("the signature of the access token does not fit")]
    Signature,
    /// It names a key that the issuer does not publish.
    #[error("the access token names a signing key that its issuer does not publish")]
    UnknownKey,
    /// It is past its time.
    #[error("the access token has expired; refresh the session")]
    Expired,
    /// It is not valid yet.
    #[error("the access token is not valid yet; check the clocks")]
    NotYet,
    /// It was issued for somebody else.
    #[error("the access token was issued for another audience")]
    Audience,
    /// It was issued by somebody else.
    #[error("the access token was issued by somebody else")]
    Issuer,
    /// A claim that has to be there is not, or has another form.
    #[error("the access token's claim `{claim}` is missing or has the wrong form")]
    Claim {
        /// Its name.
        claim: &'static str,
    },
    /// The issuer's keys were never loaded.
    #[error("the keys that access tokens are checked with cannot be loaded at the moment")]
    KeysUnavailable,
}

/// Why there is no verifier. A server without one does not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenSetupError {
    /// There is nothing to check a signature with.
    #[error(
        "no key to check access tokens with: set the JWT secret, or the address of the issuer's JWKS"
    )]
    NoKey,
    /// Anybody could guess it.
    #[error("the JWT secret has {bytes} bytes; HS256 needs at least 32")]
    SecretTooShort {
        /// How many it has.
        bytes: usize,
    },
    /// It is no address that keys may be loaded from.
    #[error("the address of the JWKS cannot be used: {reason}")]
    JwksAddress {
        /// What is wrong with it.
        reason: &'static str,
    },
}
