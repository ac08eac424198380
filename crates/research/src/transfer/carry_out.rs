//! One transfer: who gives is locked, rows move, receipt and mark are written, all in one transaction.

use std::time::Duration;

use lodger_database::scoped::Row;
use lodger_database::scoped::{Principal, Query, Transaction};
use uuid::Uuid;

use super::claim::Claim;
use super::receipt::find;
use super::{Proof, Receipt, TransferPreview, patiently};
use crate::row::{TEXT, UUID, column};
use crate::{Error, Result, Store};

const LOCK: &str = include_str!("lock.sql");
const CLAIM: &str = include_str!("claim_check.sql");
const MARK: &str = include_str!("mark.sql");
const COUNT: &str = include_str!("count.sql");
const MOVE: &str = include_str!("move.sql");
const FINISH: &str = include_str!("finish.sql");
/// Ten thousand sessions take a few seconds.
const PATIENCE: Duration = Duration::from_mins(1);

/// Who gives what to whom, and on what proof.
pub(super) struct Wanted {
    source: Uuid,
    receiver: Uuid,
    claim: Option<Claim>,
    proof: &'static str,
}

impl Wanted {
    pub(super) fn by_proof(receiver: Uuid, proof: &Proof) -> Result<Self> {
        Ok(match proof {
            Proof::Claim(text) => {
                let claim = Claim::parse(text)?;
                Self {
                    source: claim.source,
                    receiver,
                    claim: Some(claim),
                    proof: "claim",
                }
            }
            Proof::Token(principal) => {
                let source = principal.user_id().ok_or(Error::NoUser)?;
                Self {
                    source,
                    receiver,
                    claim: None,
                    proof: "token",
                }
            }
        })
    }

    pub(super) fn by_operator(source: Uuid, receiver: Uuid) -> Self {
        Self {
            source,
            receiver,
            claim: None,
            proof: "operator",
        }
    }

    fn claim_id(&self) -> Option<Uuid> {
        self.claim.as_ref().map(|it| it.id)
    }
}

/// What the checks have found.
enum Ready {
    /// It can be carried out.
    Go,
    /// It was.
    Done(Receipt),
}

pub(super) async fn preview(store: &Store, wanted: &Wanted) -> Result<TransferPreview> {
    patiently(|| {
        Box::pin(async move {
            let mut transaction = service(store).begin().await?;
            let found = match check(&mut transaction, wanted).await? {
                Ready::Done(it) => (it.sessions, it.files, it.bytes),
                Ready::Go => count(&mut transaction, wanted.source).await?,
            };
            transaction.rollback().await?;
            let (sessions, files, bytes) = found;
            Ok(TransferPreview {
                source_user_id: wanted.source,
                sessions,
                files,
                bytes,
            })
        })
    })
    .await
}

pub(super) async fn transfer(store: &Store, wanted: &Wanted) -> Result<Receipt> {
    let receipt = patiently(|| {
        Box::pin(async move {
            let mut transaction = service(store).begin().await?;
            if let Ready::Done(receipt) = check(&mut transaction, wanted).await? {
                return Ok(Receipt {
                    replayed: true,
                    ..receipt
                });
            }
            let parameters = [
                (&wanted.source as _, UUID),
                (&wanted.receiver as _, UUID),
                (&wanted.proof as _, TEXT),
            ];
            let rows = transaction.query(Query::new(MOVE, &parameters)).await?;
            let row = rows
                .first()
                .ok_or_else(|| Error::internal("an INSERT returned no row"))?;
            let receipt = Receipt::from_row(row)?;
            finish(&mut transaction, wanted, receipt.id).await?;
            transaction.commit().await?;
            Ok(receipt)
        })
    })
    .await?;
    store.signal().announce(&[wanted.source, wanted.receiver]);
    Ok(receipt)
}

pub(crate) fn service(store: &Store) -> lodger_database::scoped::Scoped {
    store
        .scoped(Principal::service())
        .with_statement_timeout(PATIENCE)
}

/// Locks who gives, so that nothing is made in its name meanwhile, and says whether all is as it has to be.
async fn check(transaction: &mut Transaction, wanted: &Wanted) -> Result<Ready> {
    if wanted.source == wanted.receiver {
        return Err(Error::SameUser);
    }
    let (source, receiver) = lock(transaction, wanted.source, wanted.receiver).await?;
    if let Some(done) = proven(transaction, wanted, source).await? {
        return Ok(Ready::Done(done));
    }
    match (source, receiver) {
        (None, _) | (_, None) => Err(Error::UserGone),
        (Some(false), _) => Err(Error::SourceNotAnonymous),
        (_, Some(true)) => Err(Error::ReceiverAnonymous),
        (Some(true), Some(false)) => Ok(Ready::Go),
    }
}

/// Whether each of the two is anonymous; `None` for one that is not there.
pub(super) async fn lock(
    transaction: &mut Transaction,
    source: Uuid,
    receiver: Uuid,
) -> Result<(Option<bool>, Option<bool>)> {
    let parameters = [(&source as _, UUID), (&receiver as _, UUID)];
    let rows = transaction.query(Query::new(LOCK, &parameters)).await?;
    let mut found = (None, None);
    for row in &rows {
        let (id, anonymous): (Uuid, bool) = (column(row, "id")?, column(row, "is_anonymous")?);
        if id == source {
            found.0 = Some(anonymous);
        } else if id == receiver {
            found.1 = Some(anonymous);
        }
    }
    Ok(found)
}

/// Checks the claim, and whether the source's work went somewhere before: to this receiver, and the receipt is here.
async fn proven(
    transaction: &mut Transaction,
    wanted: &Wanted,
    source: Option<bool>,
) -> Result<Option<Receipt>> {
    let before = marked(transaction, wanted.source).await?;
    if let Some(claim) = &wanted.claim {
        let hash = claim.hash();
        let parameters = [
            (&claim.source as _, UUID),
            (&claim.id as _, UUID),
            (&hash as _, TEXT),
        ];
        let rows = transaction.query(Query::new(CLAIM, &parameters)).await?;
        let row = rows
            .first()
            .filter(|_| source.is_some())
            .ok_or(Error::ClaimInvalid)?;
        let used: Option<Uuid> = column(row, "transfer_id")?;
        if used.is_none() && column(row, "expired")? {
            return Err(Error::ClaimInvalid);
        }
        // what it was used for was undone
        if used.is_some() && used != before {
            return Err(Error::ClaimUsed);
        }
    }
    let Some(id) = before else { return Ok(None) };
    match find(transaction, wanted.receiver, id).await? {
        Some((receipt, _)) => Ok(Some(receipt)),
        None if wanted.claim.is_some() => Err(Error::ClaimUsed),
        None => Err(Error::SourceTransferred),
    }
}

async fn marked(transaction: &mut Transaction, source: Uuid) -> Result<Option<Uuid>> {
    let parameters = [(&source as _, UUID)];
    let rows = transaction.query(Query::new(MARK, &parameters)).await?;
    rows.first()
        .map(|row| column(row, "transfer_id"))
        .transpose()
}

async fn count(transaction: &mut Transaction, source: Uuid) -> Result<(i64, i64, i64)> {
    let parameters = [(&source as _, UUID)];
    let rows = transaction.query(Query::new(COUNT, &parameters)).await?;
    let row = rows
        .first()
        .ok_or_else(|| Error::internal("an aggregate returned no row"))?;
    Ok((
        column(row, "sessions")?,
        column(row, "files")?,
        column(row, "bytes")?,
    ))
}

async fn finish(transaction: &mut Transaction, wanted: &Wanted, id: Uuid) -> Result<()> {
    let claim = wanted.claim_id();
    let parameters = [
        (&wanted.source as _, UUID),
        (&wanted.receiver as _, UUID),
        (&id as _, UUID),
        (&claim as _, UUID),
    ];
    let rows = transaction.query(Query::new(FINISH, &parameters)).await?;
    if rows.len() == 2 {
        return Ok(());
    }
    Err(Error::internal("a transfer was not told to both sides"))
}

impl Receipt {
    pub(super) fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: column(row, "id")?,
            source_user_id: column(row, "source_id")?,
            receiver_user_id: column(row, "user_id")?,
            sessions: column(row, "sessions")?,
            files: column(row, "files")?,
            bytes: column(row, "bytes")?,
            created_at: column(row, "created_at")?,
            undo_until: column(row, "undo_until")?,
            undone_at: column(row, "undone_at")?,
            replayed: false,
        })
    }
}
