//! The stream of a connection, once the driver has shaken hands on it.
//!
//! The driver keeps the streams that it opens. Encryption is left to whoever calls it, though, and what encrypts gets the stream and
//! gives another: one that we keep a hand on. Where there is nothing to encrypt, the driver is told that there is.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::timeout;
use tokio_postgres::config::{Host, SslMode, SslNegotiation};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres::{Client, Config, Connection, Error, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls::client_config;
use super::{ConnectError, Verification, completed, ensure_supported, held, is_local};

/// A stream to a server that waits for a statement.
pub(crate) type Stream = Box<dyn TlsStream + Send + Sync + Unpin>;

/// Opens one, as [`Session::connect_config`](super::Session::connect_config) does.
///
/// # Errors
/// As there.
pub(crate) async fn open(
    config: Config,
    verification: Verification,
) -> Result<Stream, ConnectError> {
    let (config, patience) = completed(config);
    let opened = timeout(patience, shake_hands(&config, verification)).await;
    opened.unwrap_or_else(|_| Err(ConnectError::silent(&config)))
}

/// Any stream as one to a server.
#[cfg(test)]
pub(crate) fn unencrypted<S>(stream: S) -> Stream
where
    S: AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static,
{
    Box::new(Unencrypted(stream))
}

async fn shake_hands(config: &Config, verification: Verification) -> Result<Stream, ConnectError> {
    #[cfg(unix)]
    if is_local(config) {
        return over_sockets(config).await;
    }
    let is_socket = |host: &Host| !matches!(host, Host::Tcp(_));
    if config.get_hosts().iter().any(is_socket) {
        let reason = "folders of sockets and names of hosts cannot stand beside each other here";
        return Err(ConnectError::BadAddress {
            reason: reason.to_owned(),
        });
    }
    let hand = Hand::default();
    if config.get_ssl_mode() != SslMode::Disable {
        let tls = MakeRustlsConnect::new(client_config(verification)?);
        check(
            config,
            config
                .connect(Lending {
                    tls,
                    hand: hand.clone(),
                })
                .await,
        )?;
        if let Some(stream) = hand.take() {
            return Ok(stream);
        }
        // the server has no encryption, and `prefer` does without: the driver has kept the stream
    }
    let mut bare = config.clone();
    bare.ssl_mode(SslMode::Require)
        .ssl_negotiation(SslNegotiation::Direct);
    if config.get_hosts().is_empty() {
        // what encrypts is told a name
        for address in config.get_hostaddrs() {
            bare.host(address.to_string());
        }
    }
    let tls = Lending {
        tls: Bare,
        hand: hand.clone(),
    };
    check(config, bare.connect(tls).await)?;
    hand.take().ok_or_else(|| missing(config))
}

/// Over unix sockets the driver never asks for encryption, but takes streams that somebody else has opened.
#[cfg(unix)]
async fn over_sockets(config: &Config) -> Result<Stream, ConnectError> {
    use tokio_postgres::NoTls;

    let mut failed = missing(config);
    let ports = config.get_ports();
    for (place, host) in config.get_hosts().iter().enumerate() {
        let Host::Unix(folder) = host else { continue };
        let port = ports.get(place).or(ports.first()).unwrap_or(&5432);
        let path = folder.join(format!(".s.PGSQL.{port}"));
        let stream = match tokio::net::UnixStream::connect(path).await {
            Ok(stream) => stream,
            Err(error) => {
                failed = ConnectError::unreachable(config, &error);
                continue;
            }
        };
        let hand = Hand::default();
        let lent = hand.lend(Box::new(Unencrypted(stream)));
        match check(config, config.connect_raw(lent, NoTls).await) {
            Ok(()) => return hand.take().ok_or(failed),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

/// Lets the driver go: the stream is left as it is.
fn check<S, T>(
    config: &Config,
    connected: Result<(Client, Connection<S, T>), Error>,
) -> Result<(), ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    let (_client, connection) = connected.map_err(|error| ConnectError::explain(config, &error))?;
    ensure_supported(connection.parameter("server_version").unwrap_or_default())
}

fn missing(config: &Config) -> ConnectError {
    ConnectError::unreachable(config, &io::ErrorKind::NotConnected.into())
}

/// Where a stream is while the driver uses it.
#[derive(Clone, Default)]
struct Hand(Arc<Mutex<Option<Stream>>>);

impl Hand {
    fn lend(&self, stream: Stream) -> Lent {
        *held(&self.0) = Some(stream);
        Lent(self.clone())
    }

    fn take(&self) -> Option<Stream> {
        held(&self.0).take()
    }
}

/// What the driver has of a stream.
struct Lent(Hand);

impl Lent {
    fn with<T>(
        &self,
        work: impl FnOnce(Pin<&mut Stream>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match held(&self.0.0).as_mut() {
            Some(stream) => work(Pin::new(stream)),
            None => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }
}

impl AsyncRead for Lent {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.with(|stream| stream.poll_read(context, buffer))
    }
}

impl AsyncWrite for Lent {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.with(|stream| stream.poll_write(context, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|stream| stream.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|stream| stream.poll_shutdown(context))
    }
}

impl TlsStream for Lent {
    fn channel_binding(&self) -> ChannelBinding {
        let stream = held(&self.0.0);
        stream
            .as_ref()
            .map_or_else(ChannelBinding::none, |it| it.channel_binding())
    }
}

/// Encrypts as `tls` does, and keeps a hand on the stream.
struct Lending<T> {
    tls: T,
    hand: Hand,
}

impl<T> MakeTlsConnect<Socket> for Lending<T>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + Sync + 'static,
    T::TlsConnect: Send + 'static,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    type Stream = Lent;
    type TlsConnect = Lending<T::TlsConnect>;
    type Error = T::Error;

    fn make_tls_connect(&mut self, domain: &str) -> Result<Self::TlsConnect, Self::Error> {
        Ok(Lending {
            tls: self.tls.make_tls_connect(domain)?,
            hand: self.hand.clone(),
        })
    }
}

impl<T> TlsConnect<Socket> for Lending<T>
where
    T: TlsConnect<Socket> + Send + 'static,
    T::Stream: Send + Sync + 'static,
    T::Future: Send,
{
    type Stream = Lent;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Lent, T::Error>> + Send>>;

    fn connect(self, stream: Socket) -> Self::Future {
        Box::pin(async move {
            let stream = self.tls.connect(stream).await?;
            Ok(self.hand.lend(Box::new(stream)))
        })
    }
}

/// Encrypts nothing.
struct Bare;

impl MakeTlsConnect<Socket> for Bare {
    type Stream = Unencrypted<Socket>;
    type TlsConnect = Self;
    type Error = Infallible;

    fn make_tls_connect(&mut self, _domain: &str) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl TlsConnect<Socket> for Bare {
    type Stream = Unencrypted<Socket>;
    type Error = Infallible;
    type Future = Ready<Result<Unencrypted<Socket>, Infallible>>;

    fn connect(self, stream: Socket) -> Self::Future {
        ready(Ok(Unencrypted(stream)))
    }
}

/// A stream as it is.
struct Unencrypted<S>(S);

impl<S: AsyncRead + Unpin> AsyncRead for Unencrypted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Unencrypted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Unencrypted<S> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}
