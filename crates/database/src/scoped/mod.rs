//! Transactions in somebody's name: role and claims are set for one transaction, and nothing is asked without them.
//!
//! A read is one round trip: BEGIN, the settings, the queries and COMMIT go out together. The driver sends
//! what a future asks for when it is first polled, so all of them have gone out before anybody can stop
//! waiting, and no connection goes back to the pool within a transaction.

mod error;
mod principal;
mod transaction;

use std::time::Duration;

use deadpool::managed::Object;
use futures_util::future::{join_all, join3, join4};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row, Statement};

use crate::pool::{Connection, Manager, Pool};
use crate::sql::quoted;

pub use error::ScopedError;
pub use principal::{Principal, Role};
pub use tokio_postgres::types;
pub use transaction::Transaction;

const SETTINGS: &str = include_str!("settings.sql");
const SETTING_TYPES: [Type; 4] = [Type::TEXT, Type::TEXT, Type::TEXT, Type::TEXT];
/// One statement sees one state of the database anyhow.
const BEGIN_ONE: &str = "begin read only";
/// Several have to be told to.
const BEGIN_MANY: &str = "begin isolation level repeatable read read only";

/// A parameter and its type.
pub type Parameter<'a> = (&'a (dyn ToSql + Sync), Type);

/// A statement with its parameters. Columns of an answer have the types that every database has: others are cast
/// to text, because the driver would have to ask what they are.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// Its text, with names that the search path resolves.
    pub sql: &'static str,
    /// `$1`, `$2`, …
    pub parameters: &'a [Parameter<'a>],
}

impl<'a> Query<'a> {
    /// A statement with its parameters.
    #[must_use]
    pub fn new(sql: &'static str, parameters: &'a [Parameter<'a>]) -> Self {
        Self { sql, parameters }
    }
}

/// What may be asked in the name of one principal.
#[derive(Debug, Clone)]
pub struct Scoped {
    pool: Pool,
    principal: Principal,
    path: String,
    patience: String,
}

impl Scoped {
    /// Transactions of `principal`, where names without a schema mean the objects in `home`.
    #[must_use]
    pub fn new(pool: Pool, principal: Principal, home: &str) -> Self {
        let patience = milliseconds(pool.settings().statement_timeout);
        Self {
            pool,
            principal,
            path: search_path(home),
            patience,
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
        let connection = self.pool.checkout().await?;
        let answered = self.read_on(&connection, &queries).await;
        let rows = answered.inspect_err(|error| forget_if_stale(&connection, error))?;
        rows.try_into().map_err(|_| ScopedError::Unreadable {
            reason: "there are more answers than questions".to_owned(),
        })
    }

    async fn read_on(
        &self,
        connection: &Connection,
        queries: &[Query<'_>],
    ) -> Result<Vec<Vec<Row>>, ScopedError> {
        let client = &connection.session.client;
        let settings = self.settings_on(connection).await?;
        let mut ready = Vec::with_capacity(queries.len());
        for query in queries {
            ready.push(self.statement(connection, query).await?);
        }
        let asked = queries.iter().zip(&ready);
        let asked =
            join_all(asked.map(|(query, statement)| run(client, statement.as_ref(), query)));
        let begin = if queries.len() > 1 {
            BEGIN_MANY
        } else {
            BEGIN_ONE
        };
        let (begun, set, answers, ended) = join4(
            client.batch_execute(begin),
            self.set(client, settings.as_ref()),
            asked,
            client.batch_execute("commit"),
        )
        .await;
        begun?;
        set?;
        let rows = answers.into_iter().collect::<Result<Vec<_>, _>>()?;
        ended?;
        Ok(rows)
    }

    /// A transaction that may write. What is not committed is rolled back.
    ///
    /// # Errors
    /// When there is no connection.
    pub async fn begin(&self) -> Result<Transaction, ScopedError> {
        let connection = self.pool.checkout().await?;
        // before the transaction: a statement that is prepared in between would be another round trip in it
        self.settings_on(&connection).await?;
        Ok(Transaction::new(self.clone(), connection))
    }

    /// Sets role, claims and search path for the transaction that has begun.
    async fn set(&self, client: &Client, statement: Option<&Statement>) -> Result<(), ScopedError> {
        let role = self.principal.role().name();
        let claims = self.principal.claims();
        let values: [&(dyn ToSql + Sync); 4] = [&role, &claims, &self.path, &self.patience];
        let typed: Vec<Parameter<'_>> = values.into_iter().zip(SETTING_TYPES).collect();
        run(client, statement, &Query::new(SETTINGS, &typed))
            .await
            .map(drop)
    }

    async fn settings_on(&self, connection: &Connection) -> Result<Option<Statement>, ScopedError> {
        if !self.pool.settings().prepared {
            return Ok(None);
        }
        if let Some(statement) = connection.prepared("", SETTINGS) {
            return Ok(Some(statement));
        }
        let client = &connection.session.client;
        let statement = client.prepare_typed(SETTINGS, &SETTING_TYPES).await?;
        connection.keep("", SETTINGS, statement.clone());
        Ok(Some(statement))
    }

    /// The statement as it is prepared on this connection. The first time, that takes a transaction of its own,
    /// because names are looked up as the principal and by its search path.
    async fn statement(
        &self,
        connection: &Connection,
        query: &Query<'_>,
    ) -> Result<Option<Statement>, ScopedError> {
        let Some(settings) = self.settings_on(connection).await? else {
            return Ok(None);
        };
        if let Some(statement) = connection.prepared(&self.path, query.sql) {
            return Ok(Some(statement));
        }
        let client = &connection.session.client;
        let types: Vec<Type> = query
            .parameters
            .iter()
            .map(|(_, kind)| kind.clone())
            .collect();
        let (begun, set, prepared, ended) = join4(
            client.batch_execute(BEGIN_ONE),
            self.set(client, Some(&settings)),
            client.prepare_typed(query.sql, &types),
            client.batch_execute("rollback"),
        )
        .await;
        begun?;
        set?;
        let statement = prepared?;
        ended?;
        connection.keep(&self.path, query.sql, statement.clone());
        Ok(Some(statement))
    }

    /// As [`Scoped::statement`], within a transaction of ours.
    async fn statement_within(
        &self,
        connection: &Connection,
        query: &Query<'_>,
    ) -> Result<Option<Statement>, ScopedError> {
        if !self.pool.settings().prepared {
            return Ok(None);
        }
        if let Some(statement) = connection.prepared(&self.path, query.sql) {
            return Ok(Some(statement));
        }
        let types: Vec<Type> = query
            .parameters
            .iter()
            .map(|(_, kind)| kind.clone())
            .collect();
        let statement = connection
            .session
            .client
            .prepare_typed(query.sql, &types)
            .await?;
        connection.keep(&self.path, query.sql, statement.clone());
        Ok(Some(statement))
    }

    /// BEGIN, the settings, and the first statement of a transaction that may write.
    async fn begin_with(
        &self,
        connection: &Connection,
        statement: Option<&Statement>,
        query: &Query<'_>,
    ) -> Result<Vec<Row>, ScopedError> {
        let client = &connection.session.client;
        let settings = connection.prepared("", SETTINGS);
        let (begun, set, answer) = join3(
            client.batch_execute("begin"),
            self.set(client, settings.as_ref()),
            run(client, statement, query),
        )
        .await;
        begun?;
        set?;
        answer
    }
}

/// Runs a statement; one that is not prepared goes without a name, types and all, in the same single message.
async fn run(
    client: &Client,
    statement: Option<&Statement>,
    query: &Query<'_>,
) -> Result<Vec<Row>, ScopedError> {
    let answer = match statement {
        Some(statement) => {
            let values: Vec<&(dyn ToSql + Sync)> =
                query.parameters.iter().map(|(value, _)| *value).collect();
            client.query(statement, &values).await
        }
        None => client.query_typed(query.sql, query.parameters).await,
    };
    Ok(answer?)
}

/// The server has forgotten our statements (26000), or a migration changed what they answer (0A000).
fn forget_if_stale(connection: &Object<Manager>, error: &ScopedError) {
    if matches!(error.sqlstate(), Some("26000" | "0A000" | "42P05")) {
        connection.forget();
    }
}

/// The project's schema, then the platform's extensions, and temporary tables last: nobody's comes before ours.
fn search_path(home: &str) -> String {
    format!("{}, extensions, pg_temp", quoted(home))
}

fn milliseconds(patience: Duration) -> String {
    format!("{}ms", patience.as_millis())
}
