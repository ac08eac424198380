//! Checks a token: form, algorithm, key, signature, then its claims.

use std::sync::Arc;

use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde_json::{Map, Value};

use super::claims::{Principal, role_of_api_key};
use super::error::{TokenError, TokenSetupError};
use super::jwks::{Jwks, JwksSettings};
use super::key::KeySet;
use super::known::{Known, Proof};

/// A token of a session is about a kilobyte; one longer than this is not read at all.
const MAX_LENGTH: usize = 16 * 1024;
/// Seconds by which clocks may differ.
pub(super) const LEEWAY: u64 = 10;
/// RFC 7518 asks for a key as long as the hash.
const MIN_SECRET: usize = 32;
/// What access tokens of users are issued for.
const AUDIENCE: &str = "authenticated";

/// What tokens are checked with.
#[derive(Debug, Clone, Default)]
pub struct TokenSettings {
    /// The secret that HS256 tokens are signed with.
    pub secret: Option<String>,
    /// Where the issuer publishes its ES256 and RS256 keys.
    pub jwks: Option<JwksSettings>,
    /// Keys that are known beforehand, as those of the local sign-in are.
    pub keys: KeySet,
    /// What `iss` has to be; anything when this is `None`.
    pub issuer: Option<String>,
}

/// Checks tokens. Made once; what was proved of a token is remembered as long as the keys hold that proved it.
#[derive(Debug)]
pub struct TokenVerifier {
    secret: Option<DecodingKey>,
    jwks: Option<Jwks>,
    keys: KeySet,
    issuer: Option<String>,
    known: Known,
}

impl TokenVerifier {
    /// A verifier with at least one key, or the promise of one.
    ///
    /// # Errors
    /// Without any key, with a secret that is too short, or with a JWKS address that may not be used.
    pub fn new(settings: TokenSettings) -> Result<Self, TokenSetupError> {
        super::crypto::install();
        let secret = settings.secret.filter(|it| !it.is_empty());
        if secret.is_none() && settings.jwks.is_none() && settings.keys.is_empty() {
            return Err(TokenSetupError::NoKey);
        }
        if let Some(bytes) = secret
            .as_ref()
            .map(String::len)
            .filter(|it| *it < MIN_SECRET)
        {
            return Err(TokenSetupError::SecretTooShort { bytes });
        }
        Ok(Self {
            secret: secret.map(|it| DecodingKey::from_secret(it.as_bytes())),
            jwks: settings.jwks.as_ref().map(Jwks::new).transpose()?,
            keys: settings.keys,
            issuer: settings.issuer,
            known: Known::default(),
        })
    }

    /// Who the token is of.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn verify(&self, token: &str) -> Result<Arc<Principal>, TokenError> {
        if token.starts_with("sb_publishable_") || token.starts_with("sb_secret_") {
            return Err(TokenError::ApiKey);
        }
        if token.len() > MAX_LENGTH {
            return Err(TokenError::Malformed);
        }
        let (name, known) = self.known.find(token);
        if let Some(known) = known.filter(|it| self.holds(it)) {
            return Ok(known.principal);
        }
        let proof = self.prove(token).await?;
        self.known.keep(name, proof.clone());
        Ok(proof.principal)
    }

    /// Whether what was proved would be proved again.
    fn holds(&self, proof: &Proof) -> bool {
        let same_keys = |keys| self.jwks.as_ref().is_some_and(|it| it.holds(keys));
        proof.is_timely() && proof.keys.as_ref().is_none_or(same_keys)
    }

    async fn prove(&self, token: &str) -> Result<Proof, TokenError> {
        let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
        // Nothing is granted for this unproved claim: it only makes the refusal say what was sent.
        let unproved = insecure_decode_claims::<Map<String, Value>>(token);
        let unproved = unproved.map_err(|_| TokenError::Malformed)?;
        if let Some(role) = role_of_api_key(&unproved) {
            return Err(TokenError::NotOfUser { role });
        }
        let (candidates, keys) = self.candidates(&header).await?;
        let mut refusal = TokenError::UnknownKey;
        for key in candidates {
            match self.check(token, header.alg, &key) {
                Ok(principal) => {
                    let principal = Arc::new(principal);
                    return Ok(Proof { principal, keys });
                }
                // Another key may fit; a signature that fits settles it.
                Err(TokenError::Signature) => refusal = TokenError::Signature,
                Err(error) => return Err(error),
            }
        }
        Err(refusal)
    }

    /// The keys that are configured for the header's algorithm, and the published ones that they are of: a public key is never
    /// taken for a secret.
    async fn candidates(
        &self,
        header: &Header,
    ) -> Result<(Vec<DecodingKey>, Option<Arc<KeySet>>), TokenError> {
        let id = header.kid.as_deref();
        match header.alg {
            Algorithm::HS256 => match &self.secret {
                Some(secret) => Ok((vec![secret.clone()], None)),
                None => Err(TokenError::Algorithm),
            },
            Algorithm::ES256 | Algorithm::RS256 => {
                let (mut found, mut published) = (self.keys.candidates(id, header.alg), None);
                if let (true, Some(jwks)) = (found.is_empty(), &self.jwks) {
                    let (keys, all) = jwks.candidates(id, header.alg).await?;
                    (found, published) = (keys, Some(all));
                } else if self.jwks.is_none() && self.keys.is_empty() {
                    return Err(TokenError::Algorithm);
                }
                Ok((found.into_iter().map(|it| it.key).collect(), published))
            }
            _ => Err(TokenError::Algorithm),
        }
    }

    fn check(
        &self,
        token: &str,
        algorithm: Algorithm,
        key: &DecodingKey,
    ) -> Result<Principal, TokenError> {
        let mut rules = Validation::new(algorithm);
        rules.leeway = LEEWAY;
        rules.validate_nbf = true;
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["exp", "aud", "sub"]);
        if let Some(issuer) = &self.issuer {
            rules.set_issuer(&[issuer]);
            rules.required_spec_claims.insert("iss".to_owned());
        }
        let token = decode::<Map<String, Value>>(token, key, &rules);
        Principal::from_claims(token.map_err(|error| refusal(error.kind()))?.claims)
    }
}

fn refusal(kind: &ErrorKind) -> TokenError {
    match kind {
        ErrorKind::InvalidSignature => TokenError::Signature,
        ErrorKind::ExpiredSignature => TokenError::Expired,
        ErrorKind::ImmatureSignature => TokenError::NotYet,
        ErrorKind::InvalidAudience => TokenError::Audience,
        ErrorKind::InvalidIssuer => TokenError::Issuer,
        ErrorKind::InvalidAlgorithm => TokenError::Algorithm,
        ErrorKind::MissingRequiredClaim(claim) | ErrorKind::InvalidClaimFormat(claim) => {
            match claim.as_str() {
                "aud" => TokenError::Audience,
                "iss" => TokenError::Issuer,
                "exp" => TokenError::Claim { claim: "exp" },
                "nbf" => TokenError::Claim { claim: "nbf" },
                _ => TokenError::Claim { claim: "sub" },
            }
        }
        _ => TokenError::Malformed,
    }
}
