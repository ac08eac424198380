//! The key of the local sign-in: made once, kept in a file that only its owner may read.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde::Serialize;
use serde_json::{Value, json};

use super::crypto;
use super::key::KeySet;

/// A P-256 key that signs access tokens.
pub struct SigningKey {
    id: String,
    key: EncodingKey,
    x: String,
    y: String,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// There is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// The file cannot be read or written.
    #[error("the signing key's file {path} cannot be used: {source}")]
    File {
        /// Its path.
        path: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// It holds something else.
    #[error(
        "the file {path} holds no signing key; remove it, and a new key is made (everybody has to sign in again)"
    )]
    Content {
        /// Its path.
        path: String,
    },
    /// The operating system gives no random bytes, or a token cannot be written as JSON.
    #[error("no signature could be made")]
    Signing,
}

impl SigningKey {
    /// A new key that is kept nowhere.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn generate() -> Result<Self, SigningKeyError> {
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        let document = document.map_err(|_| SigningKeyError::Signing)?;
        Self::from_pkcs8(document.as_ref()).ok_or(SigningKeyError::Signing)
    }

    /// The key in a file, which is made when it is not there. Only its owner may read it (on Unix).
    ///
    /// # Errors
    /// When the file cannot be read or written, or holds something else.
    pub fn load_or_create(path: &Path) -> Result<Self, SigningKeyError> {
        let shown = path.display().to_string();
        match fs::read(path) {
            Ok(document) => {
                Self::from_pkcs8(&document).ok_or(SigningKeyError::Content { path: shown })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = Self::generate()?;
                match write_private(path, key.key.as_bytes()) {
                    Ok(()) => Ok(key),
                    Err(source) => Err(SigningKeyError::File {
                        path: shown,
                        source,
                    }),
                }
            }
            Err(source) => Err(SigningKeyError::File {
                path: shown,
                source,
            }),
        }
    }

    fn from_pkcs8(document: &[u8]) -> Option<Self> {
        crypto::install();
        let pair = EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            document,
            &SystemRandom::new(),
        );
        let pair = pair.ok()?;
        let (x, y) = pair
            .public_key()
            .as_ref()
            .strip_prefix(&[4])?
            .split_at_checked(32)?;
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        Some(Self {
            id: thumbprint(&x, &y),
            key: EncodingKey::from_ec_der(document),
            x,
            y,
        })
    }

    /// The name of the key in a token's header: its RFC 7638 thumbprint.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The JWKS document that others check its tokens with.
    #[must_use]
    pub fn jwks(&self) -> Value {
        json!({"keys": [{
            "kty": "EC", "crv": "P-256", "x": self.x, "y": self.y,
            "alg": "ES256", "use": "sig", "kid": self.id, "key_ops": ["verify"], "ext": true,
        }]})
    }

    /// The same as keys to check with.
    #[must_use]
    pub fn key_set(&self) -> KeySet {
        KeySet::parse(self.jwks().to_string().as_bytes()).unwrap_or_default()
    }

    /// A token with these claims.
    ///
    /// # Errors
    /// When the claims are no JSON object, or the operating system gives no random bytes.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, SigningKeyError> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.id.clone());
        encode(&header, claims, &self.key).map_err(|_| SigningKeyError::Signing)
    }
}

/// RFC 7638: the hash of the required members, in this order, without spaces.
fn thumbprint(x: &str, y: &str) -> String {
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(crypto::sha256(members.as_bytes()))
}

/// The file appears whole or not at all, and is never readable for others, not even for a moment.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    // one that a crash left behind may have other rights
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_a_restart_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signing-key");
        let first = SigningKey::load_or_create(&path).unwrap();
        let again = SigningKey::load_or_create(&path).unwrap();
        assert_eq!(first.id(), again.id());
        assert_eq!(first.key_set().len(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(&path, b"something else").unwrap();
        assert!(matches!(
            SigningKey::load_or_create(&path),
            Err(SigningKeyError::Content { .. })
        ));
    }
}
