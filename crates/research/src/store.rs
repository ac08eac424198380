//! The store, and what one user may ask of it.

use std::sync::Arc;
use std::time::Duration;

use lodger_database::pool::Pool;
use lodger_database::scoped::Row;
use lodger_database::scoped::{Principal, Query, Scoped};
use uuid::Uuid;

use crate::event::Signal;
use crate::{Error, Result, Work};

/// How a store is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The schema that the migrations were brought into.
    pub home_schema: String,
    /// How often those who wait for events look without having been told.
    pub poll: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            home_schema: "public".to_owned(),
            poll: Duration::from_secs(5),
        }
    }
}

/// The research store on one database. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Store {
    pool: Pool,
    settings: Arc<Settings>,
    signal: Arc<Signal>,
    /// Transactions in nobody's name yet.
    unclaimed: Scoped,
}

impl Store {
    /// A store on the database behind `pool`. Nothing is asked yet.
    #[must_use]
    pub fn new(pool: Pool, settings: Settings) -> Self {
        let signal = Arc::new(Signal::new(&pool, &settings.home_schema, settings.poll));
        let unclaimed = Scoped::new(pool.clone(), Principal::anon(), &settings.home_schema);
        Self {
            pool,
            settings: Arc::new(settings),
            signal,
            unclaimed,
        }
    }

    /// What one user may ask.
    ///
    /// # Errors
    /// [`Error::NoUser`] when the principal is not a user.
    pub fn as_user(&self, principal: &Principal) -> Result<Scope> {
        let user_id = principal.user_id().ok_or(Error::NoUser)?;
        Ok(Scope {
            scoped: self.scoped(principal.clone()),
            store: self.clone(),
            user_id,
        })
    }

    /// The connections that it uses.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// How it is set up.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn signal(&self) -> &Arc<Signal> {
        &self.signal
    }

    pub(crate) fn scoped(&self, principal: Principal) -> Scoped {
        self.unclaimed.of(principal)
    }
}

/// What one user may ask of a store. Reads are here, one round trip each; writes are here for single use, and in
/// [`Work`] to be put together in one transaction.
#[derive(Debug, Clone)]
pub struct Scope {
    pub(crate) scoped: Scoped,
    pub(crate) store: Store,
    pub(crate) user_id: Uuid,
}

impl Scope {
    /// Whose.
    #[must_use]
    pub fn user_id(&self) -> Uuid {
        self.user_id
    }

    /// In whose name.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        self.scoped.principal()
    }

    /// Begins a transaction for several writes. What is not committed is undone.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when there is no connection.
    pub async fn begin(&self) -> Result<Work> {
        let transaction = self.scoped.begin().await?;
        Ok(Work::new(
            transaction,
            Arc::clone(self.store.signal()),
            self.user_id,
        ))
    }

    pub(crate) async fn read<const N: usize>(
        &self,
        queries: [Query<'_>; N],
    ) -> Result<[Vec<Row>; N]> {
        Ok(self.scoped.read(queries).await?)
    }
}
