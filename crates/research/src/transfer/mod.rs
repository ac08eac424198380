//! What somebody did before registering goes to the account that they sign in to: proven from both sides, at once or
//! not at all, with a receipt, and with a way back.
//!
//! Rows change their owner here, which no user may do, and `auth.users` is locked, which no user may read: so a
//! transfer runs as `service_role`. What row-level security would have checked is checked in words: who gives
//! and who receives are proven before, and every statement names both.

mod carry_out;
mod claim;
mod receipt;

use futures_util::future::BoxFuture;
use lodger_database::scoped::Principal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Error, Result, Scope, Store};

use carry_out::Wanted;
pub(crate) use carry_out::service;
pub use claim::IssuedClaim;

/// How the one who gives is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A claim that was issued to it, as the receiver was handed it.
    Claim(String),
    /// Its own token, which the caller has verified.
    Token(Principal),
}

/// What a transfer would move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferPreview {
    /// Who gives.
    pub source_user_id: Uuid,
    /// How many sessions.
    pub sessions: i64,
    /// How many drafts.
    pub files: i64,
    /// How big these are together.
    pub bytes: i64,
}

/// What a transfer has moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// Its id.
    pub id: Uuid,
    /// Who gave.
    pub source_user_id: Uuid,
    /// Who received.
    pub receiver_user_id: Uuid,
    /// How many sessions.
    pub sessions: i64,
    /// How many drafts.
    pub files: i64,
    /// How big these were together.
    pub bytes: i64,
    /// When.
    pub created_at: OffsetDateTime,
    /// Until when it can be undone.
    pub undo_until: OffsetDateTime,
    /// When it was undone.
    pub undone_at: Option<OffsetDateTime>,
    /// It was carried out before, by the same receiver; nothing was moved now.
    pub replayed: bool,
}

impl Scope {
    /// What [`Scope::transfer`] would move; the same checks, and nothing is changed.
    ///
    /// # Errors
    /// As [`Scope::transfer`].
    pub async fn preview_transfer(&self, proof: &Proof) -> Result<TransferPreview> {
        let wanted = Wanted::by_proof(self.user_id, proof)?;
        carry_out::preview(&self.store, &wanted).await
    }

    /// Takes over what an anonymous user did. The user of this scope, who has to be registered, receives; the proof is
    /// the source's. The same again gives the same receipt.
    ///
    /// # Errors
    /// [`Error::SameUser`], [`Error::SourceNotAnonymous`], [`Error::ReceiverAnonymous`], [`Error::ClaimInvalid`],
    /// [`Error::ClaimUsed`], [`Error::SourceTransferred`], [`Error::UserGone`].
    pub async fn transfer(&self, proof: &Proof) -> Result<Receipt> {
        let wanted = Wanted::by_proof(self.user_id, proof)?;
        carry_out::transfer(&self.store, &wanted).await
    }
}

/// What whoever runs the store may do, without being any of its users. Who holds one has to be that person.
#[derive(Debug, Clone)]
pub struct Operator {
    pub(crate) store: Store,
}

impl Store {
    /// What whoever runs the store may do.
    #[must_use]
    pub fn operator(&self) -> Operator {
        Operator {
            store: self.clone(),
        }
    }
}

impl Operator {
    /// What [`Operator::transfer`] would move.
    ///
    /// # Errors
    /// As [`Scope::transfer`].
    pub async fn preview_transfer(&self, source: Uuid, receiver: Uuid) -> Result<TransferPreview> {
        carry_out::preview(&self.store, &Wanted::by_operator(source, receiver)).await
    }

    /// Moves what an anonymous user did to a registered one, on the operator's word alone.
    ///
    /// # Errors
    /// As [`Scope::transfer`].
    pub async fn transfer(&self, source: Uuid, receiver: Uuid) -> Result<Receipt> {
        carry_out::transfer(&self.store, &Wanted::by_operator(source, receiver)).await
    }
}

/// The same again where somebody was in the way: a transfer waits for many rows.
/// The attempts are boxed: of an async closure the compiler cannot tell that it may change threads.
async fn patiently<'a, T>(attempt: impl Fn() -> BoxFuture<'a, Result<T>>) -> Result<T> {
    for _ in 0..3 {
        match attempt().await {
            Err(Error::Busy) => {}
            done => return done,
        }
    }
    attempt().await
}
