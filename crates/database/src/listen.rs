//! Hearing of what others commit: LISTEN, on a connection outside of the pool.

use crate::connect::{ConnectError, Session};
use crate::pool::Pool;
use crate::sql::quoted;

/// A connection that listens on one channel.
#[derive(Debug)]
pub struct Listener {
    session: Session,
}

impl Listener {
    /// Opens a connection to the pool's database and listens.
    ///
    /// # Errors
    /// When there is no connection.
    pub async fn connect(pool: &Pool, channel: &str) -> Result<Self, ConnectError> {
        let session = pool.connect().await?;
        let listen = format!("listen {}", quoted(channel));
        let listening = session.client.batch_execute(&listen).await;
        listening.map_err(|error| ConnectError::Other {
            address: "the database".to_owned(),
            message: crate::connect::sentence(&error),
        })?;
        Ok(Self { session })
    }

    /// Waits for the next notification, or for several that came since the last call, and says what they carry;
    /// nothing when the connection is lost.
    pub async fn notified(&mut self) -> Option<Vec<String>> {
        let heard = self.session.notified().await;
        // nobody reads them here
        drop(self.session.take_notices());
        self.session.lost().is_none().then_some(heard)
    }
}
