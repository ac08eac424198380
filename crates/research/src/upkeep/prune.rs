//! Dropping what has served its time: old events, expired answers and claims.

use std::time::Duration;

use lodger_database::scoped::Query;

use crate::row::{NUMBER, column};
use crate::transfer::{Operator, service};
use crate::{Error, Result};

const PRUNE: &str = include_str!("prune.sql");

/// How long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prune {
    /// Events; who was away for longer reads the lists anew.
    pub events: Duration,
    /// Claims that have expired or were used: that long the same claim gets the same receipt.
    pub claims: Duration,
}

impl Default for Prune {
    fn default() -> Self {
        let day = Duration::from_hours(24);
        Self {
            events: day * 30,
            claims: day * 7,
        }
    }
}

/// What was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pruned {
    /// Events.
    pub events: i64,
    /// Answers under idempotency keys that have expired.
    pub keys: i64,
    /// Claims.
    pub claims: i64,
}

impl Operator {
    /// Drops what has served its time.
    ///
    /// # Errors
    /// Those of any write.
    pub async fn prune(&self, prune: &Prune) -> Result<Pruned> {
        let (events, claims) = (prune.events.as_secs_f64(), prune.claims.as_secs_f64());
        let mut transaction = service(&self.store).begin().await?;
        let parameters = [(&events as _, NUMBER), (&claims as _, NUMBER)];
        let rows = transaction.query(Query::new(PRUNE, &parameters)).await?;
        transaction.commit().await?;
        let row = rows
            .first()
            .ok_or_else(|| Error::internal("an aggregate returned no row"))?;
        Ok(Pruned {
            events: column(row, "events")?,
            keys: column(row, "keys")?,
            claims: column(row, "claims")?,
        })
    }
}
