//! A connection to Postgres: its address, its TLS, its notices, and errors that say what to do.

mod address;
mod error;
mod stream;
mod tls;

#[cfg(all(feature = "embedded", feature = "testing"))]
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::poll_fn;
#[cfg(feature = "embedded")]
use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::run::Notice;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, OnceCell};
use tokio::time::timeout;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::catalog::Prepared;
#[cfg(feature = "embedded")]
use crate::catalog::{PreparedParts, Surroundings};

pub use address::parse_address;
pub use error::ConnectError;
pub use error::is_of_pooler;
pub(crate) use error::sentence;
#[cfg(test)]
pub(crate) use stream::unencrypted;
pub(crate) use stream::{Stream, open as open_stream};
pub use tls::{Roots, Verification};

/// The oldest major version of PostgreSQL that Lodger works on.
pub const OLDEST_SERVER: u32 = 14;

const APPLICATION_NAME: &str = "lodger";
/// libpq waits forever by default; somebody who mistyped a host should not.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// One connection to a server, driven by a task of its own.
#[derive(Debug)]
pub struct Session {
    /// Runs statements.
    pub client: Client,
    channel: Arc<Channel>,
    /// How to reach the same server again; the embedded one takes a single connection.
    #[cfg(feature = "embedded")]
    origin: Option<(Config, Verification)>,
    /// The catalog's queries, prepared when they are first asked for.
    pub(crate) catalog: OnceCell<Prepared>,
    /// The same for a part of it.
    #[cfg(feature = "embedded")]
    pub(crate) parts: OnceCell<PreparedParts>,
    /// Tells, on a throw-away database, what a statement left behind.
    #[cfg(feature = "embedded")]
    pub(crate) observe: OnceCell<tokio_postgres::Statement>,
    /// The queries for what it touched, by the places of the system catalogs that it wrote.
    #[cfg(feature = "embedded")]
    pub(crate) questions: crate::shadow::Questions,
    /// Everything happens in one transaction that is taken back in the end.
    #[cfg(all(feature = "embedded", feature = "testing"))]
    tentative: AtomicBool,
    /// What stands there, until something is done.
    #[cfg(all(feature = "embedded", feature = "testing"))]
    untouched: Mutex<Option<(CatalogSnapshot, Surroundings)>>,
}

/// What the connection's task hears from the server outside of answers.
#[derive(Debug, Default)]
struct Channel {
    notices: Mutex<Vec<Notice>>,
    lost: Mutex<Option<String>>,
    /// The payloads of the notifications that came.
    heard: Mutex<Vec<String>>,
    /// A notification came, or the connection ended.
    rang: Notify,
}

impl Session {
    /// Connects to the database at `url`, written as libpq reads it: `postgres://user@host/database`
    /// or `host=… user=…`.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what to do; it never contains the password.
    pub async fn connect(url: &str) -> Result<Self, ConnectError> {
        let (config, verification) = parse_address(url)?;
        Self::connect_config(config, verification).await
    }

    /// Connects with a configuration that is parsed already. Encryption follows its `sslmode`;
    /// `verification` says how the server's certificate is checked. Unix sockets are never encrypted.
    ///
    /// # Errors
    /// As [`Session::connect`].
    pub async fn connect_config(
        config: Config,
        verification: Verification,
    ) -> Result<Self, ConnectError> {
        let (config, patience) = completed(config);
        match timeout(patience, Self::open(&config, verification.clone())).await {
            Ok(opened) => opened.map(|opened| Self {
                #[cfg(feature = "embedded")]
                origin: Some((config, verification)),
                ..opened
            }),
            Err(_) => Err(ConnectError::silent(&config)),
        }
    }

    /// The same connection, to a server that takes no second one: asking for it would wait in vain.
    #[cfg(feature = "embedded")]
    pub(crate) fn only(self) -> Self {
        Self {
            origin: None,
            ..self
        }
    }

    /// A second connection to where this one leads; none where there can be no second.
    #[cfg(feature = "embedded")]
    pub(crate) async fn sibling(&self) -> Option<Result<Self, ConnectError>> {
        let (config, verification) = self.origin.clone()?;
        Some(Self::connect_config(config, verification).await)
    }

    async fn open(config: &Config, verification: Verification) -> Result<Self, ConnectError> {
        let explain = |error| ConnectError::explain(config, &error);
        if config.get_ssl_mode() == SslMode::Disable {
            let (client, connection) = config.connect(NoTls).await.map_err(explain)?;
            return Self::start(client, connection);
        }
        let tls = MakeRustlsConnect::new(tls::client_config(verification)?);
        let (client, connection) = config.connect(tls).await.map_err(explain)?;
        Self::start(client, connection)
    }

    fn start<S, T>(client: Client, connection: Connection<S, T>) -> Result<Self, ConnectError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        ensure_supported(connection.parameter("server_version").unwrap_or_default())?;
        let channel = Arc::new(Channel::default());
        tokio::spawn(drive(connection, Arc::clone(&channel)));
        Ok(Self {
            client,
            channel,
            #[cfg(feature = "embedded")]
            origin: None,
            catalog: OnceCell::new(),
            #[cfg(feature = "embedded")]
            parts: OnceCell::new(),
            #[cfg(feature = "embedded")]
            observe: OnceCell::new(),
            #[cfg(feature = "embedded")]
            questions: Mutex::default(),
            #[cfg(all(feature = "embedded", feature = "testing"))]
            tentative: AtomicBool::new(false),
            #[cfg(all(feature = "embedded", feature = "testing"))]
            untouched: Mutex::default(),
        })
    }

    /// Everything that is done here is taken back in the end, so that transactions can only be savepoints.
    /// Only tests work like that.
    #[cfg(feature = "embedded")]
    #[cfg_attr(
        not(feature = "testing"),
        expect(clippy::unused_self, reason = "only tests have an answer to it")
    )]
    pub(crate) fn is_tentative(&self) -> bool {
        #[cfg(feature = "testing")]
        return self.tentative.load(Ordering::Relaxed);
        #[cfg(not(feature = "testing"))]
        false
    }

    /// Says what stands there, so that the next look can be spared.
    #[cfg(all(feature = "embedded", feature = "testing"))]
    pub(crate) fn set_untouched(&self, looked: Option<(CatalogSnapshot, Surroundings)>) {
        *held(&self.untouched) = looked;
    }

    /// What stands there, if nobody looked since that was said.
    #[cfg(feature = "embedded")]
    #[cfg_attr(
        not(feature = "testing"),
        expect(clippy::unused_self, reason = "only tests say so")
    )]
    pub(crate) fn take_untouched(&self) -> Option<(CatalogSnapshot, Surroundings)> {
        #[cfg(feature = "testing")]
        return held(&self.untouched).take();
        #[cfg(not(feature = "testing"))]
        None
    }

    /// Says whether everything from now on is taken back in the end.
    #[cfg(all(feature = "embedded", feature = "testing"))]
    pub(crate) fn set_tentative(&self, tentative: bool) {
        self.tentative.store(tentative, Ordering::Relaxed);
    }

    /// Takes the notices and warnings that arrived since the last call. Those of a statement are
    /// here by the time its answer is.
    #[must_use]
    pub fn take_notices(&self) -> Vec<Notice> {
        std::mem::take(&mut *held(&self.channel.notices))
    }

    /// Waits for notifications, or for the end of the connection, and takes the payloads of those that came.
    pub(crate) async fn notified(&self) -> Vec<String> {
        self.channel.rang.notified().await;
        std::mem::take(&mut *held(&self.channel.heard))
    }

    /// Why the connection was lost, if it was.
    #[must_use]
    pub fn lost(&self) -> Option<String> {
        let said = held(&self.channel.lost).clone();
        said.or_else(|| {
            let closed = self.client.is_closed();
            closed.then(|| "the connection to the server is closed".to_owned())
        })
    }
}

/// Reads what the server sends until the connection ends.
async fn drive<S, T>(mut connection: Connection<S, T>, channel: Arc<Channel>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
        match message {
            Ok(AsyncMessage::Notice(notice)) => held(&channel.notices).push(Notice {
                sqlstate: notice.code().code().to_owned(),
                message: notice.message().to_owned(),
                detail: notice.detail().map(ToOwned::to_owned),
            }),
            Ok(AsyncMessage::Notification(told)) => {
                held(&channel.heard).push(told.payload().to_owned());
                channel.rang.notify_one();
            }
            Ok(_) => {}
            Err(error) => {
                *held(&channel.lost) = Some(sentence(&error));
                break;
            }
        }
    }
    channel.rang.notify_one();
}

/// A task that panicked while it held the lock has left a whole value behind: only pushes and
/// assignments happen under it.
fn held<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The configuration with what nobody said, and how long to wait for all of its servers together.
fn completed(mut config: Config) -> (Config, Duration) {
    if config.get_application_name().is_none() {
        config.application_name(APPLICATION_NAME);
    }
    let patience = *config.get_connect_timeout().unwrap_or(&CONNECT_TIMEOUT);
    config.connect_timeout(patience);
    if is_local(&config) {
        config.ssl_mode(SslMode::Disable);
    }
    // The driver's own timeout ends when somebody takes the connection, who may then say nothing.
    let servers = config.get_hosts().len().max(config.get_hostaddrs().len());
    let patience = patience.saturating_mul(u32::try_from(servers + 1).unwrap_or(u32::MAX));
    (config, patience)
}

fn is_local(config: &Config) -> bool {
    let hosts = config.get_hosts();
    !hosts.is_empty() && hosts.iter().all(|host| !matches!(host, Host::Tcp(_)))
}

fn ensure_supported(version: &str) -> Result<(), ConnectError> {
    let digits = version
        .split(|letter: char| !letter.is_ascii_digit())
        .next();
    match digits.and_then(|digits| digits.parse::<u32>().ok()) {
        Some(major) if major < OLDEST_SERVER => Err(ConnectError::ServerTooOld {
            version: version.to_owned(),
        }),
        // A pooler may hide the version; whoever needs it asks the server itself.
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_servers_are_refused_and_unknown_versions_are_not() {
        assert!(ensure_supported("13.22").is_err());
        assert!(ensure_supported("14.0").is_ok());
        assert!(ensure_supported("18beta1").is_ok());
        assert!(ensure_supported("17.5 (Debian 17.5-1)").is_ok());
        assert!(ensure_supported("").is_ok());
    }

    #[test]
    fn only_a_directory_makes_an_address_local() {
        let local = |url: &str| is_local(&parse_address(url).unwrap().0);
        assert!(local("postgres:///db?host=/run/postgresql&user=a"));
        assert!(!local("postgres://a@localhost/db"));
    }
}
