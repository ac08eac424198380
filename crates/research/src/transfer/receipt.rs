//! Receipts of transfers, and undoing one.

use lodger_database::scoped::{Query, Transaction};
use uuid::Uuid;

use super::carry_out::{lock, service};
use super::{Receipt, patiently};
use crate::row::{UUID, column};
use crate::{Error, Missing, Result, Scope};

const GET: &str = include_str!("get.sql");
const LIST: &str = include_str!("list.sql");
const UNDO: &str = include_str!("undo.sql");
const UNDO_FINISH: &str = include_str!("undo_finish.sql");

impl Scope {
    /// The receipt of a transfer to this user.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_transfer(&self, id: Uuid) -> Result<Receipt> {
        let parameters = [(&self.user_id as _, UUID), (&id as _, UUID)];
        let [rows] = self.read([Query::new(GET, &parameters)]).await?;
        Receipt::from_row(rows.first().ok_or(Error::NotFound(Missing::Transfer(id)))?)
    }

    /// The receipts of all transfers to this user, the newest first.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn list_transfers(&self) -> Result<Vec<Receipt>> {
        let parameters = [(&self.user_id as _, UUID)];
        let [rows] = self.read([Query::new(LIST, &parameters)]).await?;
        rows.iter().map(Receipt::from_row).collect()
    }

    /// Gives back what a transfer brought, within 24 hours: those of its sessions that are still there go to
    /// the user who gave them, with all that was done to them since, and that user may write again.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::UndoOver`] when it is too late, was undone, or the giver is gone.
    pub async fn undo_transfer(&self, id: Uuid) -> Result<Receipt> {
        let receipt = patiently(|| {
            Box::pin(async move {
                let mut transaction = service(&self.store).begin().await?;
                let found = find(&mut transaction, self.user_id, id).await?;
                let (receipt, _) = found.ok_or(Error::NotFound(Missing::Transfer(id)))?;
                let source = receipt.source_user_id;
                if lock(&mut transaction, source, self.user_id)
                    .await?
                    .0
                    .is_none()
                {
                    return Err(Error::UndoOver);
                }
                // once more under the lock: somebody else may have undone it
                let found = find(&mut transaction, self.user_id, id).await?;
                if found.is_none_or(|(_, may)| !may) {
                    return Err(Error::UndoOver);
                }
                let parameters = [
                    (&self.user_id as _, UUID),
                    (&id as _, UUID),
                    (&source as _, UUID),
                ];
                let rows = transaction.query(Query::new(UNDO, &parameters)).await?;
                let row = rows.first().ok_or(Error::UndoOver)?;
                let receipt = Receipt::from_row(row)?;
                transaction
                    .query(Query::new(UNDO_FINISH, &parameters))
                    .await?;
                transaction.commit().await?;
                Ok(receipt)
            })
        })
        .await?;
        let users = [receipt.source_user_id, self.user_id];
        self.store.signal().announce(&users);
        Ok(receipt)
    }
}

/// A receipt, and whether its transfer can still be undone.
pub(super) async fn find(
    transaction: &mut Transaction,
    receiver: Uuid,
    id: Uuid,
) -> Result<Option<(Receipt, bool)>> {
    let parameters = [(&receiver as _, UUID), (&id as _, UUID)];
    let rows = transaction.query(Query::new(GET, &parameters)).await?;
    let found = rows
        .first()
        .map(|row| Ok((Receipt::from_row(row)?, column(row, "may_undo")?)));
    found.transpose()
}
