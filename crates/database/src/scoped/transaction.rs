//! A transaction that may write, in somebody's name.

use super::{COMMIT, Query, Row, SETTINGS, Scoped, ScopedError};
use crate::pool::Lease;
use crate::wire::{Step, WireError};

const BEGIN: &str = "begin";

/// A transaction of one principal. It begins with its first statement, and is rolled back unless it is committed.
#[derive(Debug)]
pub struct Transaction {
    scoped: Scoped,
    /// Whoever drops it with a transaction open has it rolled back.
    connection: Lease,
    begun: bool,
}

impl Transaction {
    pub(super) fn new(scoped: Scoped, connection: Lease) -> Self {
        Self {
            scoped,
            connection,
            begun: false,
        }
    }

    /// Runs a statement, in one round trip, and returns its rows.
    ///
    /// # Errors
    /// When Postgres refuses; then nothing but dropping the transaction is left.
    pub async fn query(&mut self, query: Query<'_>) -> Result<Vec<Row>, ScopedError> {
        if self.begun {
            // it has the principal's search path already
            let step = self.scoped.step(query);
            let [rows] = self.connection.run([step], self.scoped.keeps()).await?;
            return Ok(rows);
        }
        self.begun = true;
        let answered = self.begin_with(query).await;
        if !answered.as_ref().is_err_and(WireError::is_stale) {
            return Ok(answered?);
        }
        // what was prepared is forgotten now, and nothing was done yet
        self.connection.settle().await?;
        Ok(self.begin_with(query).await?)
    }

    async fn begin_with(&mut self, query: Query<'_>) -> Result<Vec<Row>, WireError> {
        let settings = self.scoped.settings(false);
        let settings = settings.parameters();
        let settings = Step::new("", Query::new(SETTINGS, &settings));
        let steps = [Step::plain(BEGIN), settings, self.scoped.step(query)];
        let keeps = self.scoped.keeps();
        let [_, _, rows] = self.connection.run(steps, keeps).await?;
        Ok(rows)
    }

    /// Keeps what was done.
    ///
    /// # Errors
    /// When Postgres refuses, or the connection is lost: then nobody knows whether it was kept.
    pub async fn commit(mut self) -> Result<(), ScopedError> {
        self.end(&[Step::plain(COMMIT)]).await
    }

    /// Runs a last statement and keeps what was done, in one round trip.
    ///
    /// # Errors
    /// As [`Transaction::commit`].
    pub async fn commit_with(mut self, query: Query<'_>) -> Result<(), ScopedError> {
        let scoped = self.scoped.clone();
        self.end(&[scoped.step(query), Step::plain(COMMIT)]).await
    }

    async fn end(&mut self, steps: &[Step<'_>]) -> Result<(), ScopedError> {
        if !self.begun {
            return Ok(());
        }
        if self.connection.has_failed() {
            return Err(over());
        }
        self.connection.run_all(steps, self.scoped.keeps()).await?;
        Ok(())
    }

    /// Undoes what was done.
    ///
    /// # Errors
    /// When the connection is lost, which undoes it as well.
    pub async fn rollback(mut self) -> Result<(), ScopedError> {
        Ok(self.connection.settle().await?)
    }
}

/// Postgres would answer COMMIT with a rollback, and not call that an error.
fn over() -> ScopedError {
    ScopedError::Unreadable {
        reason: "a statement of the transaction was refused: it cannot be kept".to_owned(),
    }
}
