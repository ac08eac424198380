//! Looking at one session.

use lodger_database::scoped::Query;
use uuid::Uuid;

use super::Session;
use crate::row::UUID;
use crate::{Error, Missing, Result, Scope};

const GET: &str = include_str!("get.sql");

impl Scope {
    /// One session.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not there or not this user's.
    pub async fn get_session(&self, id: Uuid) -> Result<Session> {
        let parameters = [(&self.user_id as _, UUID), (&id as _, UUID)];
        let [rows] = self.read([Query::new(GET, &parameters)]).await?;
        let row = rows.first().ok_or(Error::NotFound(Missing::Session(id)))?;
        Session::from_row(row)
    }
}
