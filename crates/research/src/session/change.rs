//! Changing a session: its fields, its status, whether it is archived; and deleting it.

use lodger_database::scoped::Query;
use lodger_database::scoped::Row;
use serde_json::Value;
use uuid::Uuid;

use super::{Session, Status, check_language, check_object, check_title, status};
use crate::fault::all;
use crate::row::{BIGINT, BOOLEAN, JSON, TEXT, TEXTS, UUID, column};
use crate::{Error, Missing, Result, Scope, Work};

const UPDATE: &str = include_str!("update.sql");
const MOVE: &str = include_str!("move.sql");
const ARCHIVE: &str = include_str!("archive.sql");
const DELETE: &str = include_str!("delete.sql");
const STATE: &str = include_str!("state.sql");

/// What to change of a session; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SessionChange {
    /// Its title.
    pub title: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// Its parameters, as a whole.
    pub parameters: Option<Value>,
}

impl SessionChange {
    /// Can this be changed so?
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong.
    pub fn check(&self) -> Result<()> {
        if self == &Self::default() {
            return Err(Error::invalid("body", "nothing is to be changed"));
        }
        let parameters = self.parameters.as_ref();
        all([
            self.title.as_deref().map_or(Ok(()), check_title),
            self.language.as_deref().map_or(Ok(()), check_language),
            parameters.map_or(Ok(()), |it| check_object("parameters", it)),
        ])
    }
}

/// What stands there when a write touched no row.
pub(crate) struct State {
    version: i64,
    status: Status,
}

impl Work {
    /// Changes a session. With `version`, only if it is the present one.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`], [`Error::VersionMismatch`], [`Error::SourceTransferred`].
    pub async fn update_session(
        &mut self,
        id: Uuid,
        change: &SessionChange,
        version: Option<i64>,
    ) -> Result<Session> {
        change.check()?;
        let user_id = self.user_id;
        let parameters = [
            (&user_id as _, UUID),
            (&id as _, UUID),
            (&version as _, BIGINT),
            (&change.title as _, TEXT),
            (&change.language as _, TEXT),
            (&change.parameters as _, JSON),
        ];
        let rows = self.query(Query::new(UPDATE, &parameters)).await?;
        match rows.first() {
            Some(row) => Session::from_row(row),
            None => Err(self.why_not(id, version).await?.1),
        }
    }

    /// Moves a session to another status.
    ///
    /// # Errors
    /// [`Error::InvalidTransition`] besides those of [`Work::update_session`].
    pub async fn move_session(
        &mut self,
        id: Uuid,
        to: Status,
        version: Option<i64>,
    ) -> Result<Session> {
        let user_id = self.user_id;
        let from = Status::ALL
            .into_iter()
            .filter(|it| it.allowed().contains(&to));
        let from: Vec<&str> = from.map(Status::name).collect();
        let label = to.name();
        let parameters = [
            (&user_id as _, UUID),
            (&id as _, UUID),
            (&version as _, BIGINT),
            (&label as _, TEXT),
            (&from as _, TEXTS),
        ];
        let rows = self.query(Query::new(MOVE, &parameters)).await?;
        if let Some(row) = rows.first() {
            return Session::from_row(row);
        }
        Err(match self.why_not(id, version).await? {
            (Some(State { status: from, .. }), _) => Error::InvalidTransition {
                from,
                to,
                allowed: from.allowed().to_vec(),
            },
            (None, error) => error,
        })
    }

    /// Puts a session out of sight.
    ///
    /// # Errors
    /// [`Error::AlreadyArchived`] besides those of [`Work::update_session`].
    pub async fn archive_session(&mut self, id: Uuid, version: Option<i64>) -> Result<Session> {
        self.set_archived(id, version, true).await
    }

    /// Brings an archived session back.
    ///
    /// # Errors
    /// [`Error::NotArchived`] besides those of [`Work::update_session`].
    pub async fn restore_session(&mut self, id: Uuid, version: Option<i64>) -> Result<Session> {
        self.set_archived(id, version, false).await
    }

    async fn set_archived(
        &mut self,
        id: Uuid,
        version: Option<i64>,
        archived: bool,
    ) -> Result<Session> {
        let user_id = self.user_id;
        let parameters = [
            (&user_id as _, UUID),
            (&id as _, UUID),
            (&version as _, BIGINT),
            (&archived as _, BOOLEAN),
        ];
        let rows = self.query(Query::new(ARCHIVE, &parameters)).await?;
        if let Some(row) = rows.first() {
            return Session::from_row(row);
        }
        Err(match self.why_not(id, version).await? {
            (Some(_), _) if archived => Error::AlreadyArchived,
            (Some(_), _) => Error::NotArchived,
            (None, error) => error,
        })
    }

    /// Deletes a session and its drafts.
    ///
    /// # Errors
    /// As [`Work::update_session`].
    pub async fn delete_session(&mut self, id: Uuid, version: Option<i64>) -> Result<()> {
        let user_id = self.user_id;
        let parameters = [
            (&user_id as _, UUID),
            (&id as _, UUID),
            (&version as _, BIGINT),
        ];
        let rows = self.query(Query::new(DELETE, &parameters)).await?;
        if rows.is_empty() {
            return Err(self.why_not(id, version).await?.1);
        }
        Ok(())
    }

    /// Why a write touched no row: what stands there if neither its absence nor its version is the reason.
    pub(crate) async fn why_not(
        &mut self,
        id: Uuid,
        version: Option<i64>,
    ) -> Result<(Option<State>, Error)> {
        let user_id = self.user_id;
        let parameters = [(&user_id as _, UUID), (&id as _, UUID)];
        let rows = self.query(Query::new(STATE, &parameters)).await?;
        let row = rows
            .first()
            .ok_or_else(|| Error::internal("a join lost its left side"))?;
        let Some(state) = state(row)? else {
            let moved: Option<Uuid> = column(row, "transfer_id")?;
            let absent = Error::NotFound(Missing::Session(id));
            return Ok((None, moved.map_or(absent, |_| Error::SourceTransferred)));
        };
        let current = state.version;
        match version {
            Some(wanted) if wanted != current => Ok((None, Error::VersionMismatch { current })),
            // it was in the way for a moment: somebody changed it between the two statements
            _ => Ok((Some(state), Error::Busy)),
        }
    }
}

fn state(row: &Row) -> Result<Option<State>> {
    let Some(version) = column(row, "version")? else {
        return Ok(None);
    };
    Ok(Some(State {
        version,
        status: status(row)?,
    }))
}

impl Scope {
    /// Changes a session: see [`Work::update_session`].
    ///
    /// # Errors
    /// As there.
    pub async fn update_session(
        &self,
        id: Uuid,
        change: &SessionChange,
        version: Option<i64>,
    ) -> Result<Session> {
        let mut work = self.begin().await?;
        let session = work.update_session(id, change, version).await?;
        work.commit().await?;
        Ok(session)
    }

    /// Moves a session to another status: see [`Work::move_session`].
    ///
    /// # Errors
    /// As there.
    pub async fn move_session(
        &self,
        id: Uuid,
        to: Status,
        version: Option<i64>,
    ) -> Result<Session> {
        let mut work = self.begin().await?;
        let session = work.move_session(id, to, version).await?;
        work.commit().await?;
        Ok(session)
    }

    /// Puts a session out of sight: see [`Work::archive_session`].
    ///
    /// # Errors
    /// As there.
    pub async fn archive_session(&self, id: Uuid, version: Option<i64>) -> Result<Session> {
        let mut work = self.begin().await?;
        let session = work.archive_session(id, version).await?;
        work.commit().await?;
        Ok(session)
    }

    /// Brings an archived session back: see [`Work::restore_session`].
    ///
    /// # Errors
    /// As there.
    pub async fn restore_session(&self, id: Uuid, version: Option<i64>) -> Result<Session> {
        let mut work = self.begin().await?;
        let session = work.restore_session(id, version).await?;
        work.commit().await?;
        Ok(session)
    }

    /// Deletes a session and its drafts: see [`Work::delete_session`].
    ///
    /// # Errors
    /// As there.
    pub async fn delete_session(&self, id: Uuid, version: Option<i64>) -> Result<()> {
        let mut work = self.begin().await?;
        work.delete_session(id, version).await?;
        work.commit().await
    }
}
