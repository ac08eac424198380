//! Whose a session is: for the operator's programs, which then act in that user's name.

use lodger_database::scoped::{Principal, Query};
use uuid::Uuid;

use crate::row::{UUID, column};
use crate::transfer::Operator;
use crate::{Error, Missing, Result};

const OWNER: &str = include_str!("owner.sql");

impl Operator {
    /// The owner of a session.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such session.
    pub async fn owner_of(&self, session: Uuid) -> Result<Uuid> {
        let scoped = self.store.scoped(Principal::service());
        let [rows] = scoped
            .read([Query::new(OWNER, &[(&session, UUID)])])
            .await?;
        let row = rows
            .first()
            .ok_or(Error::NotFound(Missing::Session(session)))?;
        column(row, "user_id")
    }
}
