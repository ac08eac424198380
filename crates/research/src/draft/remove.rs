//! Deleting a draft.

use lodger_database::scoped::Query;
use uuid::Uuid;

use crate::row::UUID;
use crate::{Error, Missing, Result, Scope, Work};

const DELETE: &str = include_str!("delete.sql");
const OWNER: &str = include_str!("owner.sql");

impl Work {
    /// Deletes a draft.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::SourceTransferred`].
    pub async fn delete_draft(&mut self, id: Uuid) -> Result<()> {
        let user_id = self.user_id;
        let parameters = [(&user_id as _, UUID), (&id as _, UUID)];
        if !self
            .query(Query::new(DELETE, &parameters))
            .await?
            .is_empty()
        {
            return Ok(());
        }
        let parameters = [(&user_id as _, UUID)];
        let moved = self.query(Query::new(OWNER, &parameters)).await?;
        Err(match moved.first() {
            Some(_) => Error::SourceTransferred,
            None => Error::NotFound(Missing::Draft(id)),
        })
    }
}

impl Scope {
    /// Deletes a draft: see [`Work::delete_draft`].
    ///
    /// # Errors
    /// As there.
    pub async fn delete_draft(&self, id: Uuid) -> Result<()> {
        let mut work = self.begin().await?;
        work.delete_draft(id).await?;
        work.commit().await
    }
}
