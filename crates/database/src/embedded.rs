//! A real PostgreSQL inside this process: no server to install, nothing to configure.

mod instance;
mod platform;

use std::path::PathBuf;
use std::time::Duration;

use pglite_oxide::{Pglite, PgliteServer, extensions};
use tempfile::TempDir;
use thiserror::Error;
use tokio_postgres::Config;

use crate::connect::{ConnectError, Session, Verification};
use crate::pool::{Pool, PoolSettings};

pub use instance::{EmbeddedInstance, InstanceError, Proof};
pub use platform::EmbeddedPlatform;

/// The server is in this process and does not get lost: on a busy machine its first answer takes long.
const CONNECT_TIMEOUT: Duration = Duration::from_mins(2);

/// Memory for pages. What is kept here is small, and all of it is written to when the server starts.
const SHARED_BUFFERS: &str = "16MB";

/// The embedded server does not start, or cannot be reached.
#[derive(Debug, Error)]
pub enum EmbeddedError {
    /// The server does not start.
    #[error("the embedded Postgres does not start: {reason}")]
    Start {
        /// What it said.
        reason: String,
    },
    /// There is no place for its socket.
    #[error("no folder for the embedded Postgres' socket: {0}")]
    Socket(#[source] std::io::Error),
    /// It runs and cannot be reached.
    #[error("the embedded Postgres cannot be reached")]
    Connect(#[source] ConnectError),
}

/// An embedded server with the one connection that it takes.
#[derive(Debug)]
pub struct EmbeddedServer {
    // Fields drop in this order: the connection first, because the server waits for it to end.
    session: Option<Session>,
    server: Option<PgliteServer>,
    socket: SocketFolder,
}

impl EmbeddedServer {
    /// Begins to load, on a thread of its own, what every server needs: who starts one soon waits less for it. What goes
    /// wrong is told when one starts.
    pub fn preload() {
        std::thread::spawn(|| Pglite::preload().ok());
    }

    /// Starts a throw-away server whose files go away with it. `wanted` are extensions to have at hand.
    ///
    /// # Errors
    /// When it does not start or cannot be reached.
    pub async fn start_temporary(wanted: &[String]) -> Result<Self, EmbeddedError> {
        Self::start(None, wanted).await
    }

    /// Starts a server whose data stays in `folder`.
    ///
    /// # Errors
    /// When it does not start, cannot be reached, or another process has the folder open.
    pub async fn start_in(folder: PathBuf, wanted: &[String]) -> Result<Self, EmbeddedError> {
        Self::start(Some(folder), wanted).await
    }

    async fn start(folder: Option<PathBuf>, wanted: &[String]) -> Result<Self, EmbeddedError> {
        #[cfg(feature = "testing")]
        crate::scratch::claim_for_tests();
        let socket = SocketFolder::create().map_err(EmbeddedError::Socket)?;
        let path = socket.0.path().join(".s.PGSQL.5432");
        let bundled: Vec<_> = extensions::ALL
            .iter()
            .filter(|it| wanted.iter().any(|name| name == it.sql_name()))
            .copied()
            .collect();
        let builder = PgliteServer::builder()
            .unix(path)
            .extensions(bundled.iter().copied())
            .postgres_config("shared_buffers", SHARED_BUFFERS);
        let builder = match folder {
            Some(folder) => builder.path(folder),
            // The same few queries are sent again and again: planning them each time costs more than
            // a better plan saves.
            None => builder
                .temporary()
                .postgres_config("plan_cache_mode", "force_generic_plan"),
        };
        let started = tokio::task::spawn_blocking(move || builder.start()).await;
        let server = match started {
            Ok(Ok(server)) => server,
            Ok(Err(error)) => {
                return Err(EmbeddedError::Start {
                    reason: format!("{error:#}"),
                });
            }
            Err(error) => {
                return Err(EmbeddedError::Start {
                    reason: error.to_string(),
                });
            }
        };
        let config = socket.config();
        let session = Session::connect_config(config, Verification::default())
            .await
            .map_err(EmbeddedError::Connect)?;
        Ok(Self {
            session: Some(session.only()),
            server: Some(server),
            socket,
        })
    }

    /// Gives the one connection up for a pool of one. The server stops when the second value is dropped;
    /// the pool is closed before.
    #[must_use]
    pub fn into_pool(mut self) -> (Pool, EmbeddedGuard) {
        drop(self.session.take());
        let settings = PoolSettings {
            size: 1,
            wait: CONNECT_TIMEOUT,
            ..PoolSettings::default()
        };
        let pool = Pool::from_config(self.socket.config(), Verification::default(), settings);
        let guard = EmbeddedGuard {
            pool: pool.clone(),
            _server: self,
        };
        (pool, guard)
    }

    /// The server's one connection, which is a superuser's.
    ///
    /// # Panics
    /// Never: the session is there until the server is dropped.
    #[must_use]
    #[expect(clippy::expect_used, reason = "only Drop takes the session")]
    pub fn session(&self) -> &Session {
        self.session
            .as_ref()
            .expect("the session is there until the server is dropped")
    }

    /// The extensions that the embedded server carries.
    #[must_use]
    pub fn bundles(extension: &str) -> bool {
        extensions::ALL.iter().any(|it| it.sql_name() == extension)
    }
}

impl Drop for EmbeddedServer {
    fn drop(&mut self) {
        drop(self.session.take());
        if let Some(server) = self.server.take() {
            crate::scratch::end(server);
        }
    }
}

/// Keeps an embedded server running for its pool.
#[derive(Debug)]
pub struct EmbeddedGuard {
    pool: Pool,
    _server: EmbeddedServer,
}

impl Drop for EmbeddedGuard {
    fn drop(&mut self) {
        // the server waits for its one connection to end
        self.pool.close();
    }
}

/// The folder of the unix socket; its path has to be short, because the kernel allows about 100 bytes.
#[derive(Debug)]
struct SocketFolder(TempDir);

impl SocketFolder {
    fn create() -> std::io::Result<Self> {
        tempfile::Builder::new()
            .prefix("lodger-")
            .tempdir()
            .map(Self)
    }

    fn config(&self) -> Config {
        let mut config = Config::new();
        config
            .host_path(self.0.path())
            .user("postgres")
            .dbname("template1")
            .connect_timeout(CONNECT_TIMEOUT);
        config
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_waits_for_a_second_connection() {
        let server = EmbeddedServer::start_temporary(&[]).await.unwrap();
        assert!(server.session().sibling().await.is_none());
    }
}
