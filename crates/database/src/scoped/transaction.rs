//! A transaction that may write, in somebody's name.

use deadpool::managed::Object;
use futures_util::future::join;
use tokio_postgres::Row;

use super::{Query, Scoped, ScopedError, forget_if_stale, run};
use crate::pool::Manager;

/// A transaction of one principal. It begins with its first statement, and is rolled back unless it is committed.
#[derive(Debug)]
pub struct Transaction {
    scoped: Scoped,
    /// There until it is over.
    connection: Option<Object<Manager>>,
    begun: bool,
}

impl Transaction {
    pub(super) fn new(scoped: Scoped, connection: Object<Manager>) -> Self {
        Self {
            scoped,
            connection: Some(connection),
            begun: false,
        }
    }

    /// Runs a statement, in one round trip, and returns its rows.
    ///
    /// # Errors
    /// When Postgres refuses; then nothing but dropping the transaction is left.
    pub async fn query(&mut self, query: Query<'_>) -> Result<Vec<Row>, ScopedError> {
        let Some(connection) = &self.connection else {
            return Err(over());
        };
        let statement = if self.begun {
            // its transaction has the principal's search path already
            self.scoped.statement_within(connection, &query).await?
        } else {
            self.scoped.statement(connection, &query).await?
        };
        let answer = if self.begun {
            run(&connection.session.client, statement.as_ref(), &query).await
        } else {
            self.begun = true;
            self.scoped
                .begin_with(connection, statement.as_ref(), &query)
                .await
        };
        answer.inspect_err(|error| forget_if_stale(connection, error))
    }

    /// Keeps what was done.
    ///
    /// # Errors
    /// When Postgres refuses, or the connection is lost: then nobody knows whether it was kept.
    pub async fn commit(self) -> Result<(), ScopedError> {
        self.end(None).await
    }

    /// Runs a last statement and keeps what was done, in one round trip.
    ///
    /// # Errors
    /// As [`Transaction::commit`].
    pub async fn commit_with(self, query: Query<'_>) -> Result<(), ScopedError> {
        self.end(Some(query)).await
    }

    async fn end(mut self, last: Option<Query<'_>>) -> Result<(), ScopedError> {
        if !self.begun {
            return Ok(());
        }
        let statement = match (&last, &self.connection) {
            (Some(query), Some(connection)) => {
                self.scoped.statement_within(connection, query).await?
            }
            _ => None,
        };
        // from here on everything goes out at once: nobody can leave the transaction open
        let Some(connection) = self.connection.take() else {
            return Err(over());
        };
        let client = &connection.session.client;
        let Some(query) = last else {
            return Ok(client.batch_execute("commit").await?);
        };
        let (ran, ended) = join(
            run(client, statement.as_ref(), &query),
            client.batch_execute("commit"),
        )
        .await;
        ran?;
        Ok(ended?)
    }

    /// Undoes what was done.
    ///
    /// # Errors
    /// When the connection is lost, which undoes it as well.
    pub async fn rollback(mut self) -> Result<(), ScopedError> {
        match self.connection.take() {
            Some(connection) if self.begun => {
                Ok(connection.session.client.batch_execute("rollback").await?)
            }
            _ => Ok(()),
        }
    }
}

impl Drop for Transaction {
    /// Whoever stopped waiting left a transaction open: it is rolled back before the connection is lent again.
    fn drop(&mut self) {
        let Some(connection) = self.connection.take().filter(|_| self.begun) else {
            return;
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(async move {
                    if connection
                        .session
                        .client
                        .batch_execute("rollback")
                        .await
                        .is_err()
                    {
                        drop(Object::take(connection));
                    }
                });
            }
            Err(_) => drop(Object::take(connection)),
        }
    }
}

fn over() -> ScopedError {
    ScopedError::Unreadable {
        reason: "the transaction is over".to_owned(),
    }
}
