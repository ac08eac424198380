//! Access tokens: who is asking, proved by a signature.

mod claims;
mod crypto;
mod error;
mod fetch;
mod jwks;
mod key;
mod known;
mod signing;
mod verifier;

pub use claims::Principal;
pub use error::{TokenError, TokenSetupError};
pub use jwks::JwksSettings;
pub use key::KeySet;
pub use signing::{SigningKey, SigningKeyError};
pub use verifier::{TokenSettings, TokenVerifier};
