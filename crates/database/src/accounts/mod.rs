//! The landlord's accounts, for the local sign-in: users, identities, sessions and refresh tokens in `auth`.
//!
//! The same rows as Supabase's sign-in service writes, so that policies, triggers and foreign keys see no difference. Nothing
//! here hashes a password or signs a token: that is for whoever speaks HTTP.

mod account;
mod change;
mod error;
mod refresh;
mod session;
mod transaction;

use uuid::Uuid;

use crate::pool::Pool;
use transaction::Transaction;

pub use account::{Account, Identity, NewAccount};
pub use change::AccountChange;
pub use error::AccountsError;
pub use session::{Ending, Method, SignedIn, Visitor};

/// The accounts of one database.
#[derive(Debug, Clone)]
pub struct Accounts {
    pool: Pool,
}

/// Runs work in a transaction of one of the pool's connections. What is written before an error is taken back.
macro_rules! in_transaction {
    ($accounts:expr, $transaction:ident => $work:expr) => {{
        let mut $transaction = Transaction::begin(&$accounts.pool).await?;
        let done = $work;
        $transaction.commit().await?;
        done
    }};
}

impl Accounts {
    /// The accounts that the pool's role may read and write.
    #[must_use]
    pub fn new(pool: Pool) -> Self {
        Self { pool }
    }

    /// Makes an account and signs its owner in.
    ///
    /// # Errors
    /// When the address is taken, or a trigger refuses the account.
    pub async fn create(
        &self,
        new: &NewAccount,
        visitor: &Visitor,
    ) -> Result<SignedIn, AccountsError> {
        Ok(in_transaction!(self, transaction => {
            let id = account::insert(&mut transaction, new).await?;
            let method = if new.email.is_some() { Method::Password } else { Method::Anonymous };
            session::begin(&mut transaction, id, method, visitor).await?
        }))
    }

    /// The account that signs in with this address, written in any case.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn find_by_email(&self, email: &str) -> Result<Option<Account>, AccountsError> {
        Ok(in_transaction!(self, transaction => {
            account::by_email(&mut transaction, &email.to_lowercase()).await?
        }))
    }

    /// Begins a session for somebody whose password was checked.
    ///
    /// # Errors
    /// When the account is gone or banned.
    pub async fn sign_in(&self, id: Uuid, visitor: &Visitor) -> Result<SignedIn, AccountsError> {
        Ok(in_transaction!(self, transaction => {
            session::begin(&mut transaction, id, Method::Password, visitor).await?
        }))
    }

    /// Exchanges a refresh token for the next one. `reuse` seconds long, one that was just used is answered
    /// with the token that it was exchanged for: the first answer may have got lost. Later, that somebody has an old token
    /// means that two have it, and the session's tokens are all used up.
    ///
    /// # Errors
    /// When the token is unknown or used, or the account is gone or banned.
    pub async fn refresh(&self, token: &str, reuse: f64) -> Result<SignedIn, AccountsError> {
        // an attempt with an old token is an answer here, because what it revokes has to be kept
        in_transaction!(self, transaction => refresh::exchange(&mut transaction, token, reuse).await?)
    }

    /// The account whose owner holds this session.
    ///
    /// # Errors
    /// When the session was ended, or the account is gone.
    pub async fn of_session(&self, id: Uuid, session: Uuid) -> Result<Account, AccountsError> {
        Ok(in_transaction!(self, transaction => held(&mut transaction, id, session).await?))
    }

    /// Changes an account; whoever is anonymous and gets an address is permanent from then on, with the same id.
    ///
    /// # Errors
    /// When the session was ended, or the address is somebody else's.
    pub async fn change(
        &self,
        id: Uuid,
        session: Uuid,
        change: &AccountChange,
    ) -> Result<Account, AccountsError> {
        Ok(in_transaction!(self, transaction => {
            let account = held(&mut transaction, id, session).await?;
            change::carry_out(&mut transaction, &account, session, change).await?;
            account::by_id(&mut transaction, id).await?.ok_or(AccountsError::AccountMissing)?
        }))
    }

    /// Ends sessions of a user.
    ///
    /// # Errors
    /// When the session was ended before, or the account is gone.
    pub async fn sign_out(
        &self,
        id: Uuid,
        session: Uuid,
        which: Ending,
    ) -> Result<(), AccountsError> {
        in_transaction!(self, transaction => {
            held(&mut transaction, id, session).await?;
            session::end(&mut transaction, id, session, which).await?;
        });
        Ok(())
    }
}

/// The account of a session that was not ended. Checked inside of the transaction that goes on with it.
async fn held(
    transaction: &mut Transaction,
    id: Uuid,
    session: Uuid,
) -> Result<Account, AccountsError> {
    let account = account::by_id(transaction, id).await?;
    let account = account.ok_or(AccountsError::AccountMissing)?;
    if session::exists(transaction, session, id).await? {
        Ok(account)
    } else {
        Err(AccountsError::SessionMissing)
    }
}
