//! The same request gets the same answer: an answer is kept with the write that it tells of.

use lodger_database::scoped::Query;
use lodger_migration::hex;
use serde_json::Value;

use crate::row::{JSON, TEXT, UUID, column};
use crate::session::check_text;
use crate::{Error, Result, Work};

const RESERVE: &str = include_str!("idempotency_reserve.sql");
const RECALL: &str = include_str!("idempotency_recall.sql");
const REMEMBER: &str = include_str!("idempotency_remember.sql");

/// What a caller names a request by, and what the request was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    key: String,
    fingerprint: String,
}

impl IdempotencyKey {
    /// A key of 1 to 255 characters for a request, which may be any bytes that say what is asked for.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn new(key: &str, request: &[u8]) -> Result<Self> {
        check_text("idempotency_key", key)?;
        if !(1..=255).contains(&key.chars().count()) {
            return Err(Error::invalid(
                "idempotency_key",
                "it has 1 to 255 characters",
            ));
        }
        Ok(Self {
            key: key.to_owned(),
            fingerprint: hex::sha256(request),
        })
    }
}

impl Work {
    /// The answer that was given to this request, within the last 24 hours. Where there is none, the key is reserved
    /// until this transaction ends: the same request beside this one waits, and then gets the answer that
    /// [`Work::remember`] keeps.
    ///
    /// # Errors
    /// [`Error::IdempotencyMismatch`] when the key was used for another request.
    pub async fn recall(&mut self, key: &IdempotencyKey) -> Result<Option<Value>> {
        let user_id = self.user_id;
        let parameters = [
            (&user_id as _, UUID),
            (&key.key as _, TEXT),
            (&key.fingerprint as _, TEXT),
        ];
        if !self
            .query(Query::new(RESERVE, &parameters))
            .await?
            .is_empty()
        {
            return Ok(None);
        }
        let parameters = [(&user_id as _, UUID), (&key.key as _, TEXT)];
        let rows = self.query(Query::new(RECALL, &parameters)).await?;
        // it was pruned between the two statements
        let row = rows.first().ok_or(Error::Busy)?;
        let fingerprint: String = column(row, "fingerprint")?;
        if fingerprint != key.fingerprint {
            return Err(Error::IdempotencyMismatch);
        }
        Ok(Some(column(row, "response")?))
    }

    /// Keeps the answer to a request whose key was reserved in this transaction.
    ///
    /// # Errors
    /// When the key was not reserved.
    pub async fn remember(&mut self, key: &IdempotencyKey, response: &Value) -> Result<()> {
        let user_id = self.user_id;
        let parameters = [
            (&user_id as _, UUID),
            (&key.key as _, TEXT),
            (&response as _, JSON),
        ];
        let rows = self.query(Query::new(REMEMBER, &parameters)).await?;
        rows.first()
            .map(drop)
            .ok_or_else(|| Error::internal("the idempotency key was not reserved"))
    }
}
