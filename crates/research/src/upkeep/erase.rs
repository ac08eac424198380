//! Erasing all that the store has of one user.

use lodger_database::scoped::Query;

use crate::row::{UUID, column};
use crate::transfer::service;
use crate::{Error, Result, Scope};

const SESSIONS: &str = include_str!("erase_sessions.sql");
const REST: &str = include_str!("erase_rest.sql");

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Erased {
    /// Sessions.
    pub sessions: i64,
    /// Their drafts.
    pub drafts: i64,
    /// How big these were together.
    pub bytes: i64,
    /// Events, those of this erasure among them.
    pub events: i64,
    /// Answers kept under idempotency keys.
    pub keys: i64,
    /// Claims.
    pub claims: i64,
    /// Receipts of transfers to this user.
    pub transfers: i64,
    /// Profiles: one, or none.
    pub profiles: i64,
}

impl Scope {
    /// Erases all that the store has of this user. The account itself is the platform's, and stays.
    ///
    /// # Errors
    /// Those of any write.
    pub async fn erase(&self) -> Result<Erased> {
        let mut transaction = service(&self.store).begin().await?;
        let parameters = [(&self.user_id as _, UUID)];
        let rows = transaction.query(Query::new(SESSIONS, &parameters)).await?;
        let rest = transaction.query(Query::new(REST, &parameters)).await?;
        transaction.commit().await?;
        self.store.signal().announce(&[self.user_id]);
        let lost = || Error::internal("an aggregate returned no row");
        let (row, rest) = (
            rows.first().ok_or_else(lost)?,
            rest.first().ok_or_else(lost)?,
        );
        Ok(Erased {
            sessions: column(row, "sessions")?,
            drafts: column(row, "drafts")?,
            bytes: column(row, "bytes")?,
            events: column(rest, "events")?,
            keys: column(rest, "keys")?,
            claims: column(rest, "claims")?,
            transfers: column(rest, "transfers")?,
            profiles: column(rest, "profiles")?,
        })
    }
}
