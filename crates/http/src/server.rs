//! Where an application listens, and how it stops.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::app::App;

/// How long requests that are under way may take once the server was asked to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// The server cannot listen, or stopped by itself.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address is taken, or not one of this machine.
    #[error("cannot listen at {address}: {source}; choose another address with `--listen`")]
    Bind {
        /// Where it should have listened.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
    /// Accepting connections failed.
    #[error("the server stopped: {0}")]
    Serve(#[source] io::Error),
}

/// An address that was taken, and where nobody answers yet.
#[derive(Debug)]
pub struct Place {
    listener: TcpListener,
    address: SocketAddr,
}

impl Place {
    /// Takes the address; port 0 is any that is free.
    ///
    /// # Errors
    /// When it cannot be taken.
    pub async fn take(address: SocketAddr) -> Result<Self, ServerError> {
        let failed = |source| ServerError::Bind { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address })
    }

    /// The address, with its port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// An application at an address.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    app: App,
}

impl Server {
    /// Takes the address; port 0 is any that is free.
    ///
    /// # Errors
    /// When it cannot be taken.
    pub async fn bind(address: SocketAddr, app: App) -> Result<Self, ServerError> {
        let place = Place::take(address).await?;
        Ok(Self::at(place, app))
    }

    /// Listens where a place was taken before, for an application that has to know its address.
    #[must_use]
    pub fn at(place: Place, app: App) -> Self {
        let Place { listener, address } = place;
        Self {
            listener,
            address,
            app,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until `stop` ends. Then no more are accepted, streams are told to end, and those that are under
    /// way get ten seconds.
    ///
    /// # Errors
    /// When connections cannot be accepted any more.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServerError> {
        let stopping = self.app.shared.stopping.clone();
        let mut stopped = stopping.subscribe();
        let signal = async move {
            stop.await;
            stopping.send_replace(true);
        };
        let router = self.app.router();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(self.listener, service).with_graceful_shutdown(signal);
        let deadline = async move {
            // the sender lives as long as the application
            stopped.wait_for(|stopping| *stopping).await.ok();
            tokio::time::sleep(FAREWELL).await;
        };
        tokio::select! {
            ended = serving.into_future() => ended.map_err(ServerError::Serve),
            () = deadline => {
                tracing::warn!("some requests were still under way and were cut off");
                Ok(())
            }
        }
    }
}
