//! Waking those who wait for events, in this process and in others.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lodger_database::pool::Pool;
use lodger_database::scoped::{Principal, Query, Scoped};
use tokio::sync::watch;

use crate::row::TEXT;

const NOTIFY: &str = include_str!("notify.sql");
/// NOTIFY takes a lock on the whole database when it commits: however many commits there are, it is sent
/// this often at most.
const PAUSE: Duration = Duration::from_millis(50);

/// Says that somebody's events have changed, not whose: ask for those that you are interested in. Any number of
/// waiters share one signal.
#[derive(Debug, Clone)]
pub struct Changes {
    receiver: watch::Receiver<u64>,
    poll: Duration,
}

impl Changes {
    /// Waits until something has changed since the last call, or until it is time to look without having been told:
    /// a notification can get lost on the way, an event cannot.
    pub async fn changed(&mut self) {
        match tokio::time::timeout(self.poll, self.receiver.changed()).await {
            Ok(Ok(())) | Err(_) => {}
            // the store is gone, and this must not become a busy loop
            Ok(Err(_)) => tokio::time::sleep(self.poll).await,
        }
    }
}

/// Tells everybody after a commit.
#[derive(Debug)]
pub(crate) struct Signal {
    sender: watch::Sender<u64>,
    poll: Duration,
    /// For the other processes; none where there are no others.
    outward: Option<Arc<Outward>>,
}

#[derive(Debug)]
struct Outward {
    scoped: Scoped,
    channel: String,
    /// A notification is due, and somebody sees to it.
    owed: AtomicBool,
}

impl Signal {
    pub(crate) fn new(pool: &Pool, home: &str, poll: Duration) -> Self {
        let (sender, _) = watch::channel(0);
        let outward = || {
            Arc::new(Outward {
                scoped: Scoped::new(pool.clone(), Principal::service(), home),
                channel: channel(home),
                owed: AtomicBool::new(false),
            })
        };
        // one connection is the embedded server's: it has no other process
        let outward = (pool.settings().size > 1).then(outward);
        Self {
            sender,
            poll,
            outward,
        }
    }

    pub(crate) fn subscribe(&self) -> Changes {
        Changes {
            receiver: self.sender.subscribe(),
            poll: self.poll,
        }
    }

    /// Wakes those who wait in this process.
    pub(crate) fn wake(&self) {
        self.sender
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Wakes everybody, the others a moment later: all commits of that moment are told at once.
    pub(crate) fn announce(&self) {
        self.wake();
        let Some(outward) = &self.outward else { return };
        if outward.owed.swap(true, Ordering::AcqRel) {
            return;
        }
        let outward = Arc::clone(outward);
        tokio::spawn(async move {
            tokio::time::sleep(PAUSE).await;
            outward.owed.store(false, Ordering::Release);
            if let Err(error) = outward.send().await {
                tracing::debug!(%error, "other processes were not told; they look by themselves");
            }
        });
    }
}

impl Outward {
    async fn send(&self) -> Result<(), lodger_database::scoped::ScopedError> {
        let mut transaction = self.scoped.begin().await?;
        let parameters = [(&self.channel as _, TEXT)];
        transaction.query(Query::new(NOTIFY, &parameters)).await?;
        transaction.commit().await
    }
}

/// Channels belong to the whole database, and their names are as short as any.
pub(crate) fn channel(home: &str) -> String {
    let name = format!("research_events_{home}");
    let end = (0..=63)
        .rev()
        .find(|at| name.is_char_boundary(*at))
        .unwrap_or_default();
    name.get(..end.min(name.len())).unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_as_short_as_a_name() {
        assert_eq!(channel("public"), "research_events_public");
        assert_eq!(channel(&"ü".repeat(60)).len(), 62);
    }
}
