//! Connections that are kept open and lent out, each with the statements that were prepared on it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{
    self, Metrics, Object, PoolError, RecycleError, RecycleResult, TimeoutType,
};
use thiserror::Error;
use tokio_postgres::{Config, Statement};

use crate::connect::{ConnectError, Session, Verification, parse_address};

/// How many connections, and how they are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolSettings {
    /// The most connections that are open at a time.
    pub size: usize,
    /// How long to wait for one before giving up.
    pub wait: Duration,
    /// Whether statements are prepared once per connection and then named. They must not be where a
    /// pooler (`PgBouncer`, Supavisor) hands out another server connection for each transaction.
    pub prepared: bool,
    /// A statement that takes longer is cancelled.
    pub statement_timeout: Duration,
}

impl Default for PoolSettings {
    fn default() -> Self {
        Self {
            size: 16,
            wait: Duration::from_secs(5),
            prepared: true,
            statement_timeout: Duration::from_secs(8),
        }
    }
}

/// No connection could be had.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckoutError {
    /// The server cannot be reached, or does not let us in.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// All connections are busy.
    #[error("all {size} connections to the database are busy; none became free in {} ms", waited.as_millis())]
    Busy {
        /// How many there are.
        size: usize,
        /// How long was waited.
        waited: Duration,
    },
    /// The pool was closed.
    #[error("the pool of connections to the database is closed")]
    Closed,
}

/// Connections to one database, opened when they are needed and then kept. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Pool {
    connections: managed::Pool<Manager>,
    settings: PoolSettings,
}

impl Pool {
    /// A pool for the database at `url`, written as for [`Session::connect`]. Nothing is opened yet.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub fn new(url: &str, settings: PoolSettings) -> Result<Self, ConnectError> {
        let (config, verification) = parse_address(url)?;
        Ok(Self::from_config(config, verification, settings))
    }

    /// A pool for a configuration that is parsed already.
    ///
    /// # Panics
    /// Never: timeouts need a runtime, and there is one.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "the builder fails only without a runtime"
    )]
    pub fn from_config(config: Config, verification: Verification, settings: PoolSettings) -> Self {
        let connections = managed::Pool::builder(Manager {
            config,
            verification,
        })
        .max_size(settings.size.max(1))
        .wait_timeout(Some(settings.wait))
        .runtime(Runtime::Tokio1)
        .build()
        .expect("the pool has a runtime");
        Self {
            connections,
            settings,
        }
    }

    /// How its connections are used.
    #[must_use]
    pub fn settings(&self) -> &PoolSettings {
        &self.settings
    }

    /// Whether somebody can get a connection and an answer through it.
    ///
    /// # Errors
    /// When not.
    pub async fn check(&self) -> Result<(), CheckoutError> {
        let connection = self.checkout().await?;
        let answered = connection.session.client.simple_query("").await;
        let lost = |_| {
            let reason = connection.session.lost().unwrap_or_default();
            ConnectError::Other {
                address: "the database".to_owned(),
                message: reason,
            }
        };
        answered.map(drop).map_err(|error| lost(error).into())
    }

    /// Opens no more connections, and closes those that are free.
    pub fn close(&self) {
        self.connections.close();
    }

    pub(crate) async fn checkout(&self) -> Result<Object<Manager>, CheckoutError> {
        self.connections.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error.into(),
            PoolError::Timeout(TimeoutType::Wait) => CheckoutError::Busy {
                size: self.settings.size,
                waited: self.settings.wait,
            },
            _ => CheckoutError::Closed,
        })
    }

    /// A connection of its own, outside of the pool.
    pub(crate) async fn connect(&self) -> Result<Session, ConnectError> {
        self.connections.manager().open().await
    }
}

/// Opens connections for the pool.
#[derive(Debug)]
pub(crate) struct Manager {
    config: Config,
    verification: Verification,
}

impl Manager {
    async fn open(&self) -> Result<Session, ConnectError> {
        Session::connect_config(self.config.clone(), self.verification.clone()).await
    }
}

impl managed::Manager for Manager {
    type Type = Connection;
    type Error = ConnectError;

    async fn create(&self) -> Result<Connection, ConnectError> {
        Ok(Connection {
            session: self.open().await?,
            statements: Mutex::default(),
        })
    }

    async fn recycle(
        &self,
        connection: &mut Connection,
        _: &Metrics,
    ) -> RecycleResult<ConnectError> {
        // nobody reads them here, and a connection lives long
        drop(connection.session.take_notices());
        if connection.session.client.is_closed() {
            return Err(RecycleError::message("the connection is closed"));
        }
        Ok(())
    }
}

/// A connection of the pool.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) session: Session,
    /// What was prepared on it, by search path and text.
    statements: Mutex<HashMap<(String, &'static str), Statement>>,
}

impl Connection {
    pub(crate) fn prepared(&self, path: &str, sql: &'static str) -> Option<Statement> {
        let statements = self
            .statements
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        statements.get(&(path.to_owned(), sql)).cloned()
    }

    pub(crate) fn keep(&self, path: &str, sql: &'static str, statement: Statement) {
        let mut statements = self
            .statements
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        statements.insert((path.to_owned(), sql), statement);
    }

    /// Forgets all of it: the server no longer knows them, or a migration changed what they mean.
    pub(crate) fn forget(&self) {
        self.statements
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}
