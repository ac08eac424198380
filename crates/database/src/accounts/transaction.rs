//! A transaction on one of the pool's connections, in the pool's own name.

use tokio_postgres::types::ToSql;

use super::error::AccountsError;
use crate::pool::{Lease, Pool};
use crate::wire::{Parameter, Query, Row, Step};

/// A transaction that is rolled back unless it is committed.
pub(super) struct Transaction {
    connection: Lease,
    /// Whether statements are prepared once and then named.
    keeps: bool,
}

impl Transaction {
    pub(super) async fn begin(pool: &Pool) -> Result<Self, AccountsError> {
        let mut connection = pool.checkout().await?;
        let keeps = pool.settings().prepared;
        connection.run([Step::plain("begin")], keeps).await?;
        Ok(Self { connection, keeps })
    }

    /// The rows of a statement. The server says of what types its parameters are.
    pub(super) async fn query(
        &mut self,
        sql: &'static str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, AccountsError> {
        let types = self.connection.describe(sql, self.keeps).await?;
        let parameters: Vec<Parameter<'_>> = values.iter().copied().zip(types).collect();
        let step = Step::new("", Query::new(sql, &parameters));
        let [rows] = self.connection.run([step], self.keeps).await?;
        Ok(rows)
    }

    /// The first row of a statement, if there is one.
    pub(super) async fn query_opt(
        &mut self,
        sql: &'static str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Option<Row>, AccountsError> {
        let rows = self.query(sql, values).await?;
        Ok(rows.into_iter().next())
    }

    /// Runs a statement whose rows nobody needs.
    pub(super) async fn execute(
        &mut self,
        sql: &'static str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<(), AccountsError> {
        self.query(sql, values).await.map(drop)
    }

    pub(super) async fn commit(mut self) -> Result<(), AccountsError> {
        self.connection
            .run([Step::plain("commit")], self.keeps)
            .await?;
        Ok(())
    }
}
