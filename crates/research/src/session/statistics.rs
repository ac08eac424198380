//! What a user has, in numbers.

use lodger_database::scoped::Query;

use super::compare::StageTotals;
use crate::row::{UUID, column};
use crate::{Error, Result, Scope};

const SESSIONS: &str = include_str!("statistics.sql");
const LANGUAGES: &str = include_str!("statistics_languages.sql");
const STAGES: &str = include_str!("statistics_stages.sql");

/// What a user has, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// All sessions.
    pub sessions: i64,
    /// Those that are archived.
    pub archived: i64,
    /// Those in progress, archived or not.
    pub in_progress: i64,
    /// Those that are completed, archived or not.
    pub completed: i64,
    /// Those that have failed, archived or not.
    pub failed: i64,
    /// All drafts.
    pub files: i64,
    /// How big they are together.
    pub bytes: i64,
    /// How many sessions in each language, the most first.
    pub languages: Vec<(String, i64)>,
    /// What each stage holds; those without drafts are left out.
    pub stages: Vec<StageTotals>,
}

impl Scope {
    /// What the user has, in numbers, of one moment.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn statistics(&self) -> Result<Statistics> {
        let parameters = [(&self.user_id as _, UUID)];
        let queries = [SESSIONS, LANGUAGES, STAGES].map(|sql| Query::new(sql, &parameters));
        let [sums, languages, stages] = self.read(queries).await?;
        let row = sums
            .first()
            .ok_or_else(|| Error::internal("an aggregate returned no row"))?;
        let languages = languages
            .iter()
            .map(|row| Ok((column(row, "language")?, column(row, "sessions")?)));
        Ok(Statistics {
            sessions: column(row, "sessions")?,
            archived: column(row, "archived")?,
            in_progress: column(row, "in_progress")?,
            completed: column(row, "completed")?,
            failed: column(row, "failed")?,
            files: column(row, "files")?,
            bytes: column(row, "bytes")?,
            languages: languages.collect::<Result<_>>()?,
            stages: stages
                .iter()
                .map(StageTotals::from_row)
                .collect::<Result<_>>()?,
        })
    }
}
