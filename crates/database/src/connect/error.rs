//! Why a connection did not come about, in sentences that say what to do.

use std::error::Error as _;
use std::fmt::Write as _;
use std::io;

use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::{DbError, SqlState};
use tokio_postgres::{Config, Error};

/// Why a connection did not come about. No variant holds a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The address cannot be read.
    #[error(
        "the database address cannot be used: {reason}; write it as `postgres://user:password@host:5432/database`"
    )]
    BadAddress {
        /// What is wrong with it.
        reason: String,
    },
    /// Nobody answers there.
    #[error(
        "no server answers at {address} ({reason}); check host and port, and that the server runs and may be reached from here"
    )]
    Unreachable {
        /// `host:port`, or the path of the socket.
        address: String,
        /// What the operating system says.
        reason: String,
    },
    /// Wrong password, or none where one is needed.
    #[error(
        "the server at {address} does not accept the password for user {user}; check it in the database address"
    )]
    WrongPassword {
        /// `host:port`.
        address: String,
        /// The user.
        user: String,
    },
    /// The server does not let this user in from here.
    #[error("the server at {address} does not let user {user} in: {message}")]
    NotAllowed {
        /// `host:port`.
        address: String,
        /// The user.
        user: String,
        /// What the server says.
        message: String,
    },
    /// There is no such database.
    #[error(
        "there is no database {database} at {address}; check the name after the last slash of the database address"
    )]
    DatabaseMissing {
        /// `host:port`.
        address: String,
        /// The database's name.
        database: String,
    },
    /// The server demands encryption and the address forbids it.
    #[error(
        "the server at {address} demands an encrypted connection; take `sslmode=disable` out of the database address"
    )]
    TlsDemanded {
        /// `host:port`.
        address: String,
    },
    /// The address demands encryption and the server has none.
    #[error(
        "the server at {address} offers no encryption, but the database address demands it; turn it on there, or write `sslmode=prefer`"
    )]
    TlsRefused {
        /// `host:port`.
        address: String,
    },
    /// The encrypted connection could not be made.
    #[error(
        "no encrypted connection could be made: {reason}; check that the server's certificate is signed by an authority in `sslrootcert` and made out for this host"
    )]
    Tls {
        /// What went wrong.
        reason: String,
    },
    /// There is no certificate to check the server's with.
    #[error(
        "no root certificates to check the server with: {reason}; name a PEM file with `sslrootcert=…` in the database address"
    )]
    Roots {
        /// Where they were looked for.
        reason: String,
    },
    /// The server has no connection left.
    #[error(
        "the server at {address} has no connection left ({message}); try again later, or close some"
    )]
    TooManyConnections {
        /// `host:port`.
        address: String,
        /// What the server says.
        message: String,
    },
    /// The server starts up or shuts down.
    #[error("the server at {address} is not ready: {message}; try again in a moment")]
    NotReady {
        /// `host:port`.
        address: String,
        /// What the server says.
        message: String,
    },
    /// The server is older than Lodger knows.
    #[error(
        "the server runs PostgreSQL {version}; Lodger needs version {} or newer",
        super::OLDEST_SERVER
    )]
    ServerTooOld {
        /// Its version.
        version: String,
    },
    /// Something else.
    #[error("no connection to {address}: {message}")]
    Other {
        /// `host:port`.
        address: String,
        /// What went wrong.
        message: String,
    },
}

impl ConnectError {
    /// Says in our words why the driver could not connect with `config`.
    pub(super) fn explain(config: &Config, error: &Error) -> Self {
        let address = address(config);
        if let Some(error) = error.as_db_error() {
            return Self::refused(config, address, error);
        }
        let source = error.source();
        let reason = source.map(ToString::to_string).unwrap_or_default();
        let is_io = source.is_some_and(<dyn std::error::Error>::is::<io::Error>);
        // The driver keeps the kind of an error to itself; its fixed words are all there is.
        match error.to_string().as_str() {
            "error performing TLS handshake" if reason.contains("does not support TLS") => {
                Self::TlsRefused { address }
            }
            "error performing TLS handshake" => Self::Tls { reason },
            "timeout waiting for server" => Self::silent(config),
            _ if reason == "password missing" => Self::WrongPassword {
                address,
                user: user(config),
            },
            _ if is_io => Self::Unreachable { address, reason },
            _ => Self::Other {
                address,
                message: sentence(error),
            },
        }
    }

    /// The operating system finds nobody there.
    #[cfg(unix)]
    pub(super) fn unreachable(config: &Config, error: &io::Error) -> Self {
        Self::Unreachable {
            address: address(config),
            reason: error.to_string(),
        }
    }

    /// Nobody said anything in time.
    pub(super) fn silent(config: &Config) -> Self {
        Self::Unreachable {
            address: address(config),
            reason: "it did not answer in time".into(),
        }
    }

    fn refused(config: &Config, address: String, error: &DbError) -> Self {
        let message = error.message().to_owned();
        let user = user(config);
        let code = error.code();
        if *code == SqlState::INVALID_PASSWORD {
            Self::WrongPassword { address, user }
        } else if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
            // A rule that would let us in with encryption is what the server's own words point to.
            let unencrypted = message.contains("no encryption") || message.contains("SSL off");
            match config.get_ssl_mode() {
                SslMode::Disable if unencrypted && has_tcp(config) => Self::TlsDemanded { address },
                _ => Self::NotAllowed {
                    address,
                    user,
                    message,
                },
            }
        } else if *code == SqlState::INVALID_CATALOG_NAME {
            let database = config.get_dbname().map_or(user, ToOwned::to_owned);
            Self::DatabaseMissing { address, database }
        } else if *code == SqlState::TOO_MANY_CONNECTIONS {
            Self::TooManyConnections { address, message }
        } else if *code == SqlState::CANNOT_CONNECT_NOW {
            Self::NotReady { address, message }
        } else {
            let message = format!("{message} ({})", code.code());
            Self::Other { address, message }
        }
    }
}

/// Does this error, or one behind it, say that the connection goes through a transaction pooler? There a
/// prepared statement is not known to the next transaction, or known from somebody else's.
#[must_use]
pub fn is_of_pooler(error: &(dyn std::error::Error + 'static)) -> bool {
    let codes = [
        &SqlState::INVALID_SQL_STATEMENT_NAME,
        &SqlState::DUPLICATE_PSTATEMENT,
    ];
    let mut next = Some(error);
    while let Some(error) = next {
        let code = error.downcast_ref::<Error>().and_then(Error::code);
        if code.is_some_and(|code| codes.contains(&code)) {
            return true;
        }
        next = error.source();
    }
    false
}

/// An error of the driver with what is behind it, in one line.
pub(crate) fn sentence(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        // Writing to a string cannot fail.
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}

fn user(config: &Config) -> String {
    config
        .get_user()
        .unwrap_or("of the operating system")
        .to_owned()
}

fn has_tcp(config: &Config) -> bool {
    config
        .get_hosts()
        .iter()
        .any(|host| matches!(host, Host::Tcp(_)))
}

/// `host:port` of every server that was tried.
fn address(config: &Config) -> String {
    let ports = config.get_ports();
    let port = |index: usize| {
        ports
            .get(index)
            .or_else(|| ports.first())
            .copied()
            .unwrap_or(5432)
    };
    let hosts = config.get_hosts().iter().enumerate();
    let named = hosts.map(|(index, host)| match host {
        Host::Tcp(name) => format!("{name}:{}", port(index)),
        #[cfg(unix)]
        Host::Unix(path) => format!("{}/.s.PGSQL.{}", path.display(), port(index)),
    });
    let mut all: Vec<String> = named.collect();
    if all.is_empty() {
        let addresses = config.get_hostaddrs().iter().enumerate();
        all = addresses
            .map(|(index, ip)| format!("{ip}:{}", port(index)))
            .collect();
    }
    all.join(", ")
}
