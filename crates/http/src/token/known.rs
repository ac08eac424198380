//! Tokens that were proved, so that a client who sends the same one with each request is not proved anew each time.

use std::fmt;
use std::sync::Arc;

use quick_cache::sync::Cache;
use time::{Duration, OffsetDateTime};

use super::claims::Principal;
use super::crypto::sha256;
use super::key::KeySet;
use super::verifier::LEEWAY;

/// How many are remembered; those who were not here for long are forgotten first.
const MOST: usize = 1000;

/// A token's hash: the token itself is kept nowhere.
pub(super) type Name = [u8; 32];

/// What was proved of a token.
#[derive(Debug, Clone)]
pub(super) struct Proof {
    pub(super) principal: Arc<Principal>,
    /// The published keys, one of which has proved it; none when it was a key that never changes.
    pub(super) keys: Option<Arc<KeySet>>,
}

impl Proof {
    /// The token has not ended since.
    pub(super) fn is_timely(&self) -> bool {
        let leeway = Duration::seconds(i64::try_from(LEEWAY).unwrap_or_default());
        let end = self.principal.expires_at.checked_add(leeway);
        end.is_none_or(|end| end > OffsetDateTime::now_utc())
    }
}

/// Proofs by token.
pub(super) struct Known(Cache<Name, Proof>);

impl Default for Known {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl fmt::Debug for Known {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Known").field(&self.0.len()).finish()
    }
}

impl Known {
    /// The token's name here, and what was proved of it.
    pub(super) fn find(&self, token: &str) -> (Name, Option<Proof>) {
        let name = sha256(token.as_bytes());
        (name, self.0.get(&name))
    }

    pub(super) fn keep(&self, name: Name, proof: Proof) {
        self.0.insert(name, proof);
    }
}
