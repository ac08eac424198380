//! Where the throw-away databases of a plan come from: a new one each time; in tests, some that are kept.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lodger_migration::migration::Migration;
use tokio::sync::watch;

use super::{Shadow, ShadowError};

/// Hands out throw-away databases that are as the base made them.
pub(crate) trait Servers {
    /// Hands out one that has at hand the extensions which `migrations` name, and `more`.
    async fn take(
        &self,
        migrations: &[Migration],
        more: &BTreeSet<String>,
    ) -> Result<Shadow, ShadowError>;

    /// Takes back one that is not needed any more.
    async fn give_back(&self, shadow: Shadow);
}

/// A new one each time.
pub(crate) struct Fresh;

impl Servers for Fresh {
    async fn take(
        &self,
        migrations: &[Migration],
        more: &BTreeSet<String>,
    ) -> Result<Shadow, ShadowError> {
        Shadow::start_with(migrations, more).await
    }

    async fn give_back(&self, _: Shadow) {}
}

/// New ones, of which some are started before they are needed. They are handed out once the target's catalog is
/// read: what waits for that is on the longest way to a plan, and migrations that run meanwhile would take the
/// processor from it.
pub(crate) struct Started {
    ready: Mutex<Vec<Shadow>>,
    is_read: watch::Sender<bool>,
}

impl Default for Started {
    fn default() -> Self {
        Self {
            ready: Mutex::default(),
            is_read: watch::Sender::new(false),
        }
    }
}

impl Started {
    /// The catalog is read, or cannot be.
    pub(crate) fn hand_out(&self) {
        self.is_read.send_replace(true);
    }

    /// Starts one beforehand.
    pub(crate) async fn start(&self, migrations: &[Migration]) -> Result<(), ShadowError> {
        let ready = Shadow::start(migrations).await?;
        self.ready().push(ready);
        Ok(())
    }

    fn ready(&self) -> MutexGuard<'_, Vec<Shadow>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Servers for Started {
    async fn take(
        &self,
        migrations: &[Migration],
        more: &BTreeSet<String>,
    ) -> Result<Shadow, ShadowError> {
        let ready = self.ready().pop_if(|it| it.has_at_hand(more));
        let shadow = match ready {
            Some(ready) => ready,
            None => Shadow::start_with(migrations, more).await?,
        };
        // It fails when the sender is gone, and that is here.
        self.is_read.subscribe().wait_for(|it| *it).await.ok();
        Ok(shadow)
    }

    async fn give_back(&self, _: Shadow) {}
}
