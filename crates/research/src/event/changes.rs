//! Waking those who wait for events, in this process and in others.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lodger_database::pool::Pool;
use lodger_database::scoped::{Principal, Query, Scoped, ScopedError};
use tokio::sync::watch;
use uuid::Uuid;

use super::lanes::{LANES, Lanes, lane};
use crate::Scope;
use crate::row::TEXT;

const NOTIFY: &str = include_str!("notify.sql");
/// NOTIFY takes a lock on the whole database when it commits: however many commits there are, it is sent
/// this often at most.
const PAUSE: Duration = Duration::from_millis(50);

/// Says that somebody's events have changed, most likely this user's: ask for them. Any number of waiters share one
/// signal.
#[derive(Debug, Clone)]
pub struct Changes {
    receiver: watch::Receiver<()>,
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

impl Scope {
    /// Wakes whoever holds it when something of this user's was committed through this store, or heard of by
    /// [`Store::listen`](crate::Store::listen); sometimes for others too.
    #[must_use]
    pub fn changes(&self) -> Changes {
        self.store.signal().subscribe(self.user_id)
    }
}

/// Tells those who wait after a commit.
#[derive(Debug)]
pub(crate) struct Signal {
    /// One for each lane.
    senders: Vec<watch::Sender<()>>,
    poll: Duration,
    /// For the other processes; none where there are no others.
    outward: Option<Arc<Outward>>,
}

#[derive(Debug)]
struct Outward {
    scoped: Scoped,
    channel: String,
    /// What is to be told; whoever finds nothing in it sees to the next notification.
    owed: Mutex<Lanes>,
}

impl Signal {
    pub(crate) fn new(pool: &Pool, home: &str, poll: Duration) -> Self {
        let outward = || {
            Arc::new(Outward {
                scoped: Scoped::new(pool.clone(), Principal::service(), home),
                channel: channel(home),
                owed: Mutex::new(Lanes::NONE),
            })
        };
        // one connection is the embedded server's: it has no other process
        let outward = (pool.settings().size > 1).then(outward);
        Self {
            senders: (0..LANES).map(|_| watch::Sender::new(())).collect(),
            poll,
            outward,
        }
    }

    fn subscribe(&self, user_id: Uuid) -> Changes {
        let sender = self.senders.get(usize::from(lane(user_id)));
        Changes {
            receiver: sender.map_or_else(|| watch::channel(()).1, watch::Sender::subscribe),
            poll: self.poll,
        }
    }

    /// Wakes those in these lanes who wait in this process.
    pub(super) fn wake(&self, lanes: &Lanes) {
        for sender in lanes.places().filter_map(|place| self.senders.get(place)) {
            sender.send_replace(());
        }
    }

    /// Wakes those who wait for events of `users`, in other processes a moment later: all commits of that moment
    /// are told at once.
    pub(crate) fn announce(&self, users: &[Uuid]) {
        let lanes = Lanes::of(users);
        self.wake(&lanes);
        let Some(outward) = &self.outward else { return };
        {
            let mut owed = outward.owed();
            let is_first = owed.is_empty();
            owed.join(&lanes);
            if !is_first {
                return;
            }
        }
        let outward = Arc::clone(outward);
        tokio::spawn(async move {
            tokio::time::sleep(PAUSE).await;
            let lanes = std::mem::replace(&mut *outward.owed(), Lanes::NONE);
            if let Err(error) = outward.send(&lanes).await {
                tracing::debug!(%error, "other processes were not told; they look by themselves");
            }
        });
    }
}

impl Outward {
    /// Whoever panicked while holding it has left a whole set behind.
    fn owed(&self) -> MutexGuard<'_, Lanes> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send(&self, lanes: &Lanes) -> Result<(), ScopedError> {
        let mut transaction = self.scoped.begin().await?;
        let payload = lanes.payload();
        let parameters = [(&self.channel as _, TEXT), (&payload as _, TEXT)];
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
