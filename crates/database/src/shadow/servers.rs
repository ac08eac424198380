//! Where the throw-away databases of a plan come from: a new one each time; in tests, some that are kept.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lodger_migration::migration::Migration;

use super::{Shadow, ShadowError, transaction};

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

/// New ones, of which some are started before they are needed.
#[derive(Default)]
pub(crate) struct Started(Mutex<Vec<Shadow>>);

impl Started {
    /// Starts one beforehand.
    pub(crate) async fn start(&self, migrations: &[Migration]) -> Result<(), ShadowError> {
        let ready = Shadow::start(migrations).await?;
        // What the first look has planned and found is at hand for those that somebody waits for.
        transaction::look(ready.session()).await?;
        self.ready().push(ready);
        Ok(())
    }

    fn ready(&self) -> MutexGuard<'_, Vec<Shadow>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Servers for Started {
    async fn take(
        &self,
        migrations: &[Migration],
        more: &BTreeSet<String>,
    ) -> Result<Shadow, ShadowError> {
        let ready = self.ready().pop_if(|it| it.has_at_hand(more));
        match ready {
            Some(ready) => Ok(ready),
            None => Shadow::start_with(migrations, more).await,
        }
    }

    async fn give_back(&self, _: Shadow) {}
}
