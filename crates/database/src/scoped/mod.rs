//! Transactions in somebody's name: role and claims are set for one transaction, and nothing is asked without them.
//!
//! A read is one flush: the settings and the query are one transaction without BEGIN and COMMIT, because nothing comes between
//! them; several queries, which have to see one state, stand within both. All goes out at once, and whoever stops waiting leaves
//! no transaction open: the connection is brought to rest before it is lent again.

mod error;
mod principal;
mod transaction;

use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::types::Type;

use crate::pool::{Lease, Pool};
use crate::sql::quoted;
use crate::wire::{Step, WireError};

pub use crate::wire::{ColumnError, Parameter, Query, Refusal, Row};
pub use error::ScopedError;
pub use principal::{Principal, Role};
pub use tokio_postgres::types;
pub use transaction::Transaction;

const SETTINGS: &str = include_str!("settings.sql");
/// Several queries have to be told to see the same state.
const BEGIN_MANY: &str = "begin isolation level repeatable read read only";
const COMMIT: &str = "commit";

/// What may be asked in the name of one principal.
#[derive(Debug, Clone)]
pub struct Scoped {
    pool: Pool,
    principal: Principal,
    path: Arc<str>,
    patience: Arc<str>,
}

impl Scoped {
    /// Transactions of `principal`, where names without a schema mean the objects in `home`.
    #[must_use]
    pub fn new(pool: Pool, principal: Principal, home: &str) -> Self {
        let patience = milliseconds(pool.settings().statement_timeout);
        Self {
            pool,
            principal,
            path: search_path(home).into(),
            patience,
        }
    }

    /// The same in another's name.
    #[must_use]
    pub fn of(&self, principal: Principal) -> Self {
        Self {
            pool: self.pool.clone(),
            principal,
            path: Arc::clone(&self.path),
            patience: Arc::clone(&self.patience),
        }
    }

    /// The same with another limit for each statement.
    #[must_use]
    pub fn with_statement_timeout(mut self, patience: Duration) -> Self {
        self.patience = milliseconds(patience);
        self
    }

    /// In whose name.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Reads in one round trip; all queries see the same state. Postgres refuses a query that writes.
    ///
    /// # Errors
    /// When there is no connection, or Postgres refuses.
    pub async fn read<const N: usize>(
        &self,
        queries: [Query<'_>; N],
    ) -> Result<[Vec<Row>; N], ScopedError> {
        let mut connection = self.pool.checkout().await?;
        let mut answered = self.read_on(&mut connection, &queries).await;
        if answered.as_ref().is_err_and(WireError::is_stale) {
            // what was prepared is forgotten now, and a read can be asked again
            connection.settle().await?;
            answered = self.read_on(&mut connection, &queries).await;
        }
        let mut rows = answered?.into_iter();
        // those of the settings, and of BEGIN
        let before = if N > 1 { 2 } else { 1 };
        let rows = rows.by_ref().skip(before).take(N).collect::<Vec<_>>();
        rows.try_into().map_err(|_| ScopedError::Unreadable {
            reason: "there are fewer answers than questions".to_owned(),
        })
    }

    async fn read_on(
        &self,
        connection: &mut Lease,
        queries: &[Query<'_>],
    ) -> Result<Vec<Vec<Row>>, WireError> {
        let is_many = queries.len() > 1;
        let settings = self.settings(true);
        let settings = settings.parameters();
        let mut steps = Vec::with_capacity(queries.len() + 3);
        steps.extend(is_many.then(|| Step::plain(BEGIN_MANY)));
        steps.push(Step::new("", Query::new(SETTINGS, &settings)));
        steps.extend(queries.iter().map(|query| self.step(*query)));
        steps.extend(is_many.then(|| Step::plain(COMMIT)));
        connection.run_all(&steps, self.keeps()).await
    }

    /// A transaction that may write. What is not committed is rolled back.
    ///
    /// # Errors
    /// When there is no connection.
    pub async fn begin(&self) -> Result<Transaction, ScopedError> {
        let connection = self.pool.checkout().await?;
        Ok(Transaction::new(self.clone(), connection))
    }

    /// Role, claims and search path for the transaction that begins.
    fn settings(&self, read_only: bool) -> Settings<'_> {
        Settings {
            role: self.principal.role().name(),
            claims: self.principal.claims(),
            path: &self.path,
            patience: &self.patience,
            read_only,
            subject: self.principal.subject(),
        }
    }

    /// Whether statements are prepared once and then named.
    fn keeps(&self) -> bool {
        self.pool.settings().prepared
    }

    fn step<'a>(&'a self, query: Query<'a>) -> Step<'a> {
        Step::new(&self.path, query)
    }
}

/// The server's settings for one transaction.
struct Settings<'a> {
    role: &'static str,
    claims: &'a str,
    path: &'a str,
    patience: &'a str,
    /// Whether it may only read, even where it could write.
    read_only: bool,
    /// The user's id, or nothing.
    subject: &'a str,
}

impl Settings<'_> {
    fn parameters(&self) -> [Parameter<'_>; 6] {
        [
            (&self.role, Type::TEXT),
            (&self.claims, Type::TEXT),
            (&self.path, Type::TEXT),
            (&self.patience, Type::TEXT),
            (&self.read_only, Type::BOOL),
            (&self.subject, Type::TEXT),
        ]
    }
}

/// The project's schema, then the platform's extensions, and temporary tables last: nobody's comes before ours.
fn search_path(home: &str) -> String {
    format!("{}, extensions, pg_temp", quoted(home))
}

fn milliseconds(patience: Duration) -> Arc<str> {
    format!("{}ms", patience.as_millis()).into()
}
