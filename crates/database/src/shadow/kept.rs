//! Throw-away databases that tests use again: what is done on one happens in a transaction that is taken
//! back. To start one costs as much as a hundred statements.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use lodger_migration::migration::Migration;

use super::servers::Servers;
use super::{Shadow, ShadowError};
use crate::catalog::load_all_again;

/// What is taken back leaves dead rows in the catalog, which every look has to pass.
const USES_BEFORE_CLEANING: u32 = 40;

/// Throw-away databases that are used again.
#[derive(Debug, Default)]
pub struct KeptServers {
    idle: Mutex<Vec<Shadow>>,
    started: AtomicUsize,
}

impl KeptServers {
    /// How many servers were started so far.
    #[must_use]
    pub fn started(&self) -> usize {
        self.started.load(Ordering::Relaxed)
    }

    /// Hands out one, inside a transaction. A new one has at hand the extensions which `migrations` name.
    ///
    /// # Errors
    /// When none is idle and no other starts.
    pub async fn lend(&self, migrations: &[Migration]) -> Result<Shadow, ShadowError> {
        self.lend_with(migrations, &BTreeSet::new()).await
    }

    async fn lend_with(
        &self,
        migrations: &[Migration],
        more: &BTreeSet<String>,
    ) -> Result<Shadow, ShadowError> {
        let idle = self.idle_with(more);
        let mut shadow = if let Some(idle) = idle {
            idle
        } else {
            self.started.fetch_add(1, Ordering::Relaxed);
            Shadow::start_with(migrations, more).await?
        };
        let begun = shadow.session().client.batch_execute("begin").await;
        begun.map_err(|source| ShadowError::Refused {
            what: "a transaction",
            source,
        })?;
        shadow.session().set_tentative(true);
        let untouched = match shadow.untouched.take() {
            Some(known) => known,
            None => load_all_again(shadow.session()).await?,
        };
        shadow.session().set_untouched(Some(untouched.clone()));
        shadow.untouched = Some(untouched);
        Ok(shadow)
    }

    /// Undoes what was done on one. A server that cannot undo it is stuck, and ends here.
    pub async fn take_back(&self, mut shadow: Shadow) {
        let session = shadow.session();
        session.set_tentative(false);
        session.set_untouched(None);
        drop(session.take_notices());
        if session.client.batch_execute("rollback").await.is_err() {
            return;
        }
        if shadow.uses >= USES_BEFORE_CLEANING {
            if session.client.batch_execute("vacuum").await.is_err() {
                return;
            }
            shadow.uses = 0;
            // Cleaning counts rows anew.
            shadow.untouched = None;
        }
        shadow.uses += 1;
        self.held().push(shadow);
    }

    fn idle_with(&self, extensions: &BTreeSet<String>) -> Option<Shadow> {
        let mut held = self.held();
        let at = held.iter().rposition(|it| it.has_at_hand(extensions))?;
        Some(held.remove(at))
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Vec<Shadow>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Servers for KeptServers {
    async fn take(
        &self,
        migrations: &[Migration],
        more: &BTreeSet<String>,
    ) -> Result<Shadow, ShadowError> {
        self.lend_with(migrations, more).await
    }

    async fn give_back(&self, shadow: Shadow) {
        self.take_back(shadow).await;
    }
}
