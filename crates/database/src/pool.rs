//! Connections that are kept open and lent out, each with the statements that were prepared on it.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{
    self, Metrics, Object, PoolError, RecycleError, RecycleResult, TimeoutType,
};
use thiserror::Error;
use tokio_postgres::Config;

use crate::connect::{ConnectError, Session, Verification, open_stream, parse_address};
use crate::wire::Connection;

/// How long somebody's unfinished work may take to end before its connection is closed. A statement ends sooner by itself,
/// unless it has a limit of its own.
const PATIENCE: Duration = Duration::from_secs(10);

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
        let mut connection = self.checkout().await?;
        let answered = connection.check().await;
        let lost = answered.map_err(|error| ConnectError::Other {
            address: "the database".to_owned(),
            message: error.to_string(),
        });
        Ok(lost?)
    }

    /// Opens no more connections, and closes those that are free.
    pub fn close(&self) {
        self.connections.close();
    }

    pub(crate) async fn checkout(&self) -> Result<Lease, CheckoutError> {
        let lent = self.connections.get().await;
        let lent = lent.map_err(|error| match error {
            PoolError::Backend(error) => error.into(),
            PoolError::Timeout(TimeoutType::Wait) => CheckoutError::Busy {
                size: self.settings.size,
                waited: self.settings.wait,
            },
            _ => CheckoutError::Closed,
        })?;
        Ok(Lease(Some(lent)))
    }

    /// A session of its own, outside of the pool.
    pub(crate) async fn connect(&self) -> Result<Session, ConnectError> {
        let Manager {
            config,
            verification,
        } = self.connections.manager();
        Session::connect_config(config.clone(), verification.clone()).await
    }
}

/// Opens connections for the pool.
#[derive(Debug)]
struct Manager {
    config: Config,
    verification: Verification,
}

impl managed::Manager for Manager {
    type Type = Connection;
    type Error = ConnectError;

    async fn create(&self) -> Result<Connection, ConnectError> {
        let stream = open_stream(self.config.clone(), self.verification.clone()).await?;
        Ok(Connection::new(stream))
    }

    async fn recycle(
        &self,
        connection: &mut Connection,
        _: &Metrics,
    ) -> RecycleResult<ConnectError> {
        if connection.is_usable() {
            return Ok(());
        }
        Err(RecycleError::message("the connection is closed"))
    }
}

/// A connection that is lent to somebody. What they leave unfinished is ended before anybody else gets it.
#[derive(Debug)]
pub(crate) struct Lease(Option<Object<Manager>>);

impl Deref for Lease {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        lent(self.0.as_deref())
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut Connection {
        lent(self.0.as_deref_mut())
    }
}

#[expect(clippy::expect_used, reason = "only Drop takes the connection")]
fn lent<T>(connection: Option<T>) -> T {
    connection.expect("the connection is there until it is given back")
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut connection) = self.0.take().filter(|it| !it.is_settled()) else {
            return;
        };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            drop(Object::take(connection));
            return;
        };
        runtime.spawn(async move {
            let settled = tokio::time::timeout(PATIENCE, connection.settle()).await;
            if !matches!(settled, Ok(Ok(()))) {
                drop(Object::take(connection));
            }
        });
    }
}
