//! Where the throw-away databases of a plan come from: a new one each time; in tests, some that are kept.

use lodger_migration::migration::Migration;

use super::{Shadow, ShadowError};

/// Hands out throw-away databases that are as the base made them.
pub(crate) trait Servers {
    /// Hands out one that has at hand the extensions which `migrations` name.
    async fn take(&self, migrations: &[Migration]) -> Result<Shadow, ShadowError>;

    /// Takes back one that is not needed any more.
    async fn give_back(&self, shadow: Shadow);
}

/// A new one each time.
pub(crate) struct Fresh;

impl Servers for Fresh {
    async fn take(&self, migrations: &[Migration]) -> Result<Shadow, ShadowError> {
        Shadow::start(migrations).await
    }

    async fn give_back(&self, _: Shadow) {}
}
