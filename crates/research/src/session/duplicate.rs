//! A copy of a session, to begin again from what it was started with.

use lodger_database::scoped::Query;
use uuid::Uuid;

use super::{NewSession, Session};
use crate::row::UUID;
use crate::{Error, Result, Scope, Work};

const GET: &str = include_str!("get.sql");
const COPY_DRAFTS: &str = include_str!("copy_drafts.sql");
const MARK: &str = " (copy)";
/// As in the database's constraint.
const LONGEST_TITLE: usize = 500;

/// What a copy is to be like.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Duplicate {
    /// Its title; the original's with a mark when there is none.
    pub title: Option<String>,
    /// Whether the drafts are copied as well.
    pub with_drafts: bool,
}

impl Work {
    /// Makes a session with the title, language and parameters of another; it is in progress, not archived.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Invalid`], [`Error::SourceTransferred`].
    pub async fn duplicate_session(&mut self, id: Uuid, wanted: &Duplicate) -> Result<Session> {
        let user_id = self.user_id;
        let parameters = [(&user_id as _, UUID), (&id as _, UUID)];
        let rows = self.query(Query::new(GET, &parameters)).await?;
        let Some(row) = rows.first() else {
            return Err(self.why_not(id, None).await?.1);
        };
        let original = Session::from_row(row)?;
        let title = wanted.title.clone();
        let new = NewSession {
            id: None,
            title: title.unwrap_or_else(|| marked(&original.title)),
            language: original.language,
            parameters: original.parameters,
        };
        let copy = self.create_session(&new).await?;
        if !wanted.with_drafts {
            return Ok(copy);
        }
        let parameters = [
            (&user_id as _, UUID),
            (&id as _, UUID),
            (&copy.id as _, UUID),
        ];
        self.query(Query::new(COPY_DRAFTS, &parameters)).await?;
        // its counters have changed since
        let parameters = [(&user_id as _, UUID), (&copy.id as _, UUID)];
        let rows = self.query(Query::new(GET, &parameters)).await?;
        let row = rows
            .first()
            .ok_or_else(|| Error::internal("a new session is gone"))?;
        Session::from_row(row)
    }
}

impl Scope {
    /// Copies a session: see [`Work::duplicate_session`].
    ///
    /// # Errors
    /// As there.
    pub async fn duplicate_session(&self, id: Uuid, wanted: &Duplicate) -> Result<Session> {
        let mut work = self.begin().await?;
        let session = work.duplicate_session(id, wanted).await?;
        work.commit().await?;
        Ok(session)
    }
}

/// The title of a copy; the copy of a copy is marked once.
fn marked(title: &str) -> String {
    let plain = title.strip_suffix(MARK).unwrap_or(title);
    let room = LONGEST_TITLE - MARK.len();
    let kept: String = plain.chars().take(room).collect();
    kept + MARK
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copy_of_a_copy_is_marked_once_and_a_long_title_still_fits() {
        assert_eq!(marked("Tides"), "Tides (copy)");
        assert_eq!(marked("Tides (copy)"), "Tides (copy)");
        assert_eq!(marked(&"ü".repeat(500)).chars().count(), 500);
    }
}
