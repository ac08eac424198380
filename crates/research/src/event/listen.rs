//! Hearing what other processes have committed, on a connection of its own.

use std::sync::{Arc, Weak};
use std::time::Duration;

use lodger_database::listen::Listener;
use tokio::task::JoinHandle;

use super::changes::{Signal, channel};
use super::lanes::Lanes;
use crate::Store;

/// How long to wait before connecting again.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Listens until it is dropped.
#[derive(Debug)]
pub struct Listening(JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Store {
    /// Listens for what other processes commit, for all [`crate::Changes`] of this one. Once per process is
    /// enough; where a pooler does not pass notifications on, they look from time to time all the same.
    #[must_use]
    pub fn listen(&self) -> Listening {
        let (pool, channel) = (self.pool().clone(), channel(&self.settings().home_schema));
        let signal = Arc::downgrade(self.signal());
        Listening(tokio::spawn(async move {
            let mut pause = FIRST_PAUSE;
            while signal.strong_count() > 0 {
                match Listener::connect(&pool, &channel).await {
                    Ok(listener) => {
                        pause = FIRST_PAUSE;
                        hear(listener, &signal).await;
                    }
                    Err(error) => tracing::debug!(%error, "nobody can be listened to"),
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }))
    }
}

/// Passes notifications on until the connection is lost.
async fn hear(mut listener: Listener, signal: &Weak<Signal>) {
    // something may have happened while nobody listened
    let mut lanes = Lanes::ALL;
    loop {
        match signal.upgrade() {
            Some(signal) => signal.wake(&lanes),
            None => return,
        }
        let Some(heard) = listener.notified().await else {
            return;
        };
        lanes = Lanes::NONE;
        for payload in heard {
            lanes.join(&Lanes::from_payload(&payload));
        }
    }
}
