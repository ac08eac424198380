//! Public keys as an issuer publishes them, each pinned to one algorithm.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// The public keys of one issuer.
#[derive(Debug, Clone, Default)]
pub struct KeySet {
    keys: Vec<PublicKey>,
}

/// A key and the only algorithm that it is good for.
#[derive(Debug, Clone)]
pub(super) struct PublicKey {
    id: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

/// A JWKS document. Keys are read one by one: one of a kind that is unknown here must not hide the others.
#[derive(Debug, Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a JWKS document. Keys of other kinds than P-256 and RSA are left out, and so are secrets, which have
    /// no business in a published document.
    ///
    /// # Errors
    /// When it is no JWKS document.
    pub fn parse(document: &[u8]) -> Result<Self, serde_json::Error> {
        let document: Document = serde_json::from_slice(document)?;
        let keys = document.keys.into_iter().filter_map(PublicKey::parse);
        Ok(Self {
            keys: keys.collect(),
        })
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys that a token with this header can be signed with: the one that it names, or, when it names none,
    /// all of its algorithm.
    pub(super) fn candidates(&self, id: Option<&str>, algorithm: Algorithm) -> Vec<PublicKey> {
        let named = |key: &PublicKey| id.is_none() || key.id.as_deref() == id;
        let keys = self.keys.iter().filter(|key| named(key));
        keys.filter(|key| key.algorithm == algorithm)
            .cloned()
            .collect()
    }
}

impl PublicKey {
    fn parse(value: Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        if jwk.common.public_key_use == Some(PublicKeyUse::Encryption) {
            return None;
        }
        let (algorithm, named) = match &jwk.algorithm {
            AlgorithmParameters::EllipticCurve(it) if it.curve == EllipticCurve::P256 => {
                (Algorithm::ES256, KeyAlgorithm::ES256)
            }
            AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
            _ => return None,
        };
        if jwk.common.key_algorithm.is_some_and(|it| it != named) {
            return None;
        }
        let key = DecodingKey::from_jwk(&jwk).ok()?;
        Some(Self {
            id: jwk.common.key_id,
            algorithm,
            key,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_left_out() {
        let document = serde_json::json!({"keys": [
            {"kty": "oct", "k": "c2VjcmV0", "kid": "secret"},
            {"kty": "RSA", "n": "AQAB", "e": "AQAB", "use": "enc"},
            {"kty": "RSA", "n": "AQAB", "e": "AQAB", "alg": "RS512"},
            {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"},
            {"kty": "from the future"},
            7,
            {"kty": "RSA", "n": "AQAB", "e": "AQAB", "alg": "RS256", "kid": "good", "use": "sig"},
        ]});
        let keys = KeySet::parse(document.to_string().as_bytes()).unwrap();
        assert_eq!(keys.len(), 1);
        assert_eq!(
            keys.candidates(Some("good"), Algorithm::RS256).len(),
            1,
            "by name"
        );
        assert_eq!(
            keys.candidates(None, Algorithm::RS256).len(),
            1,
            "by algorithm"
        );
        assert!(keys.candidates(Some("bad"), Algorithm::RS256).is_empty());
        assert!(keys.candidates(Some("good"), Algorithm::ES256).is_empty());
    }

    #[test]
    fn what_is_no_document_is_an_error() {
        assert!(KeySet::parse(b"<html>").is_err());
        assert!(KeySet::parse(b"{}").is_err());
        assert!(KeySet::parse(b"{\"keys\": []}").unwrap().is_empty());
    }
}
