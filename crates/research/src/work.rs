//! Several writes in one transaction.

use std::sync::Arc;

use lodger_database::scoped::Row;
use lodger_database::scoped::{Query, Transaction};
use uuid::Uuid;

use crate::Result;
use crate::event::Signal;

/// A transaction of one user. It is undone unless [`Work::commit`] is called; after an error there is nothing else
/// to do with it.
#[derive(Debug)]
pub struct Work {
    transaction: Transaction,
    signal: Arc<Signal>,
    pub(crate) user_id: Uuid,
}

impl Work {
    pub(crate) fn new(transaction: Transaction, signal: Arc<Signal>, user_id: Uuid) -> Self {
        Self {
            transaction,
            signal,
            user_id,
        }
    }

    /// Keeps what was done.
    ///
    /// # Errors
    /// When the database refuses, or is lost: then nobody knows whether it was kept.
    pub async fn commit(self) -> Result<()> {
        self.transaction.commit().await?;
        self.signal.announce(&[self.user_id]);
        Ok(())
    }

    /// Undoes what was done.
    ///
    /// # Errors
    /// When the connection is lost, which undoes it as well.
    pub async fn roll_back(self) -> Result<()> {
        Ok(self.transaction.rollback().await?)
    }

    pub(crate) async fn query(&mut self, query: Query<'_>) -> Result<Vec<Row>> {
        Ok(self.transaction.query(query).await?)
    }
}
