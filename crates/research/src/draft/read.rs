//! Looking at drafts.

use lodger_database::scoped::Query;
use uuid::Uuid;

use super::{Draft, Stage};
use crate::fault::all;
use crate::row::{TEXT, UUID, column};
use crate::session::check_text;
use crate::{Error, Missing, Result, Scope};

const LIST: &str = include_str!("list.sql");
const GET: &str = include_str!("get.sql");
const CONTENT: &str = include_str!("content.sql");
const SESSION: &str = include_str!("../session/get.sql");

/// Which drafts of a session are wanted; the default is all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DraftFilter {
    /// Of this stage.
    pub stage: Option<Stage>,
    /// In this language.
    pub language: Option<String>,
    /// Of this media type.
    pub media_type: Option<String>,
}

impl DraftFilter {
    /// Can it be asked for?
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong.
    pub fn check(&self) -> Result<()> {
        let texts = [
            ("language", &self.language),
            ("media_type", &self.media_type),
        ];
        all(texts.map(|(field, text)| {
            text.as_deref()
                .map_or(Ok(()), |text| check_text(field, text))
        }))
    }
}

/// The drafts of one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageDrafts {
    /// The stage.
    pub stage: Stage,
    /// Its drafts, by path.
    pub drafts: Vec<Draft>,
}

/// A draft with what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftContent {
    /// What is known of it.
    pub draft: Draft,
    /// The content, where it is in the store.
    pub content: Option<Vec<u8>>,
}

impl Scope {
    /// The drafts of a session, by stage and path.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such session of this user.
    pub async fn list_drafts(&self, session_id: Uuid, filter: &DraftFilter) -> Result<Vec<Draft>> {
        filter.check()?;
        let stage = filter.stage.map(Stage::name);
        let of_session = [(&self.user_id as _, UUID), (&session_id as _, UUID)];
        let parameters = [
            (&self.user_id as _, UUID),
            (&session_id as _, UUID),
            (&stage as _, TEXT),
            (&filter.language as _, TEXT),
            (&filter.media_type as _, TEXT),
        ];
        let queries = [
            Query::new(SESSION, &of_session),
            Query::new(LIST, &parameters),
        ];
        let [session, rows] = self.read(queries).await?;
        if session.is_empty() {
            return Err(Error::NotFound(Missing::Session(session_id)));
        }
        rows.iter().map(Draft::from_row).collect()
    }

    /// The drafts of a session under their stages: all four, also those without a draft.
    ///
    /// # Errors
    /// As [`Scope::list_drafts`].
    pub async fn list_stages(&self, session_id: Uuid) -> Result<Vec<StageDrafts>> {
        let mut drafts = self
            .list_drafts(session_id, &DraftFilter::default())
            .await?;
        let stages = Stage::ALL.into_iter().map(|stage| {
            let of_stage = drafts.extract_if(.., |it| it.stage == stage).collect();
            StageDrafts {
                stage,
                drafts: of_stage,
            }
        });
        Ok(stages.collect())
    }

    /// One draft.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not there or not this user's.
    pub async fn get_draft(&self, id: Uuid) -> Result<Draft> {
        let parameters = [(&self.user_id as _, UUID), (&id as _, UUID)];
        let [rows] = self.read([Query::new(GET, &parameters)]).await?;
        Draft::from_row(rows.first().ok_or(Error::NotFound(Missing::Draft(id)))?)
    }

    /// One draft with its content.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not there or not this user's.
    pub async fn get_draft_content(&self, id: Uuid) -> Result<DraftContent> {
        let parameters = [(&self.user_id as _, UUID), (&id as _, UUID)];
        let [rows] = self.read([Query::new(CONTENT, &parameters)]).await?;
        let row = rows.first().ok_or(Error::NotFound(Missing::Draft(id)))?;
        Ok(DraftContent {
            draft: Draft::from_row(row)?,
            content: column(row, "content")?,
        })
    }
}
