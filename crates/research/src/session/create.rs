//! Making a session.

use lodger_database::scoped::Query;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Session, check_language, check_object, check_title};
use crate::fault::all;
use crate::row::{JSON, TEXT, UUID};
use crate::{Error, Result, Scope, Work};

const CREATE: &str = include_str!("create.sql");

/// What a new session is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSession {
    /// Its id, when the caller has one already.
    pub id: Option<Uuid>,
    /// 1 to 500 characters.
    pub title: String,
    /// A language tag.
    pub language: String,
    /// A JSON object of at most 60,000 bytes.
    pub parameters: Value,
}

impl NewSession {
    /// A session in English without parameters.
    pub fn titled(title: impl Into<String>) -> Self {
        Self {
            id: None,
            title: title.into(),
            language: "en".to_owned(),
            parameters: json!({}),
        }
    }

    /// Can it be made so?
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong.
    pub fn check(&self) -> Result<()> {
        all([
            check_title(&self.title),
            check_language(&self.language),
            check_object("parameters", &self.parameters),
        ])
    }
}

impl Work {
    /// Makes a session.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::AlreadyExists`] for an id that is taken, [`Error::SourceTransferred`],
    /// [`Error::UserGone`].
    pub async fn create_session(&mut self, new: &NewSession) -> Result<Session> {
        new.check()?;
        let parameters = [
            (&new.id as _, UUID),
            (&self.user_id.clone() as _, UUID),
            (&new.title as _, TEXT),
            (&new.language as _, TEXT),
            (&new.parameters as _, JSON),
        ];
        let rows = self.query(Query::new(CREATE, &parameters)).await?;
        let row = rows
            .first()
            .ok_or_else(|| Error::internal("an INSERT returned no row"))?;
        Session::from_row(row)
    }
}

impl Scope {
    /// Makes a session.
    ///
    /// # Errors
    /// As [`Work::create_session`].
    pub async fn create_session(&self, new: &NewSession) -> Result<Session> {
        new.check()?;
        let mut work = self.begin().await?;
        let session = work.create_session(new).await?;
        work.commit().await?;
        Ok(session)
    }
}
