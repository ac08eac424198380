//! Several sessions side by side.

use lodger_database::scoped::Query;
use lodger_database::scoped::Row;
use uuid::Uuid;

use super::Session;
use crate::draft::Stage;
use crate::row::{UUID, UUIDS, column};
use crate::{Error, Missing, Result, Scope};

const SESSIONS: &str = include_str!("compare_sessions.sql");
const STAGES: &str = include_str!("compare_stages.sql");

/// What a stage holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageTotals {
    /// The stage.
    pub stage: Stage,
    /// How many drafts.
    pub files: i64,
    /// How big they are together.
    pub bytes: i64,
}

impl StageTotals {
    pub(crate) fn from_row(row: &Row) -> Result<Self> {
        let label: &str = column(row, "stage")?;
        let unknown = || Error::internal(format!("a stage that nobody knows: {label}"));
        Ok(Self {
            stage: Stage::parse(label).ok_or_else(unknown)?,
            files: column(row, "files")?,
            bytes: column(row, "bytes")?,
        })
    }
}

/// One of the sessions that are compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The session.
    pub session: Session,
    /// Its stages that have drafts, in order.
    pub stages: Vec<StageTotals>,
}

impl Comparison {
    /// Can these be compared?
    ///
    /// # Errors
    /// [`Error::Invalid`] for too few, too many or the same twice.
    pub fn check(ids: &[Uuid]) -> Result<()> {
        if !(2..=5).contains(&ids.len()) {
            let reason = "two to five sessions can be compared";
            return Err(Error::invalid("ids", reason));
        }
        let mut rest = ids.iter();
        while let Some(id) = rest.next() {
            if rest.as_slice().contains(id) {
                return Err(Error::invalid("ids", "a session is named twice"));
            }
        }
        Ok(())
    }
}

impl Scope {
    /// Two to five sessions, in the order in which they are named.
    ///
    /// # Errors
    /// What [`Comparison::check`] refuses; [`Error::NotFound`] for the first that is not there.
    pub async fn compare_sessions(&self, ids: &[Uuid]) -> Result<Vec<Comparison>> {
        Comparison::check(ids)?;
        let parameters = [(&self.user_id as _, UUID), (&ids as _, UUIDS)];
        let queries = [
            Query::new(SESSIONS, &parameters),
            Query::new(STAGES, &parameters),
        ];
        let [sessions, totals] = self.read(queries).await?;
        let sessions = sessions
            .iter()
            .map(Session::from_row)
            .collect::<Result<Vec<_>>>()?;
        let mut of_stages = Vec::new();
        for row in &totals {
            let session_id: Uuid = column(row, "session_id")?;
            of_stages.push((session_id, StageTotals::from_row(row)?));
        }
        let compared = ids.iter().map(|id| {
            let found = sessions.iter().find(|it| it.id == *id);
            let session = found
                .cloned()
                .ok_or(Error::NotFound(Missing::Session(*id)))?;
            let of_session = of_stages.iter().filter(|(session_id, _)| session_id == id);
            let stages = of_session.map(|(_, totals)| *totals).collect();
            Ok(Comparison { session, stages })
        });
        compared.collect()
    }
}
