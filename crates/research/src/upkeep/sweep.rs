//! Deleting anonymous accounts that nobody uses any more, and that nobody would miss.

use std::time::Duration;

use lodger_database::scoped::Query;
use lodger_database::scoped::Row;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::row::{BIGINT, BOOLEAN, NUMBER, UUIDS, column};
use crate::transfer::{Operator, service};
use crate::{Error, Result};

const FIND: &str = include_str!("sweep_find.sql");
const DELETE: &str = include_str!("sweep_delete.sql");

/// Which accounts go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sweep {
    /// Nobody has used it for this long: no sign-in, no token refreshed.
    pub idle: Duration,
    /// Also those that have sessions in this store, which go with them.
    pub even_with_sessions: bool,
    /// The most accounts of one call, 1 to 1,000.
    pub limit: u16,
}

impl Default for Sweep {
    fn default() -> Self {
        Self {
            idle: Duration::from_hours(24 * 90),
            even_with_sessions: false,
            limit: 100,
        }
    }
}

/// An anonymous account that nobody has used for long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abandoned {
    /// Which.
    pub id: Uuid,
    /// When it was last used.
    pub last_seen: Option<OffsetDateTime>,
    /// How many sessions it has in this store.
    pub sessions: i64,
    /// Another project's rows refer to it, be it a profile that a sign-up hook made: it is never deleted here.
    pub elsewhere: bool,
}

impl Abandoned {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: column(row, "id")?,
            last_seen: column(row, "last_seen")?,
            sessions: column(row, "sessions")?,
            elsewhere: column(row, "elsewhere")?,
        })
    }
}

/// What a sweep has found, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swept {
    /// All that nobody has used for that long, the longest first.
    pub abandoned: Vec<Abandoned>,
    /// Those that were deleted, or would be in earnest.
    pub deleted: Vec<Uuid>,
}

impl Operator {
    /// Finds anonymous accounts that nobody uses any more and, unless it is a dry run, deletes those that own nothing. One
    /// that another project refers to stays in any case, and one that came back meanwhile as well.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a limit out of range, or an idle time of less than a day.
    pub async fn sweep(&self, sweep: &Sweep, dry_run: bool) -> Result<Swept> {
        if !(1..=1000).contains(&sweep.limit) {
            return Err(Error::invalid("limit", "1 to 1,000 accounts go at a time"));
        }
        if sweep.idle < Duration::from_hours(24) {
            return Err(Error::invalid(
                "idle",
                "an account that was used within a day is not abandoned",
            ));
        }
        let (idle, limit) = (sweep.idle.as_secs_f64(), i64::from(sweep.limit));
        let mut transaction = service(&self.store).begin().await?;
        let parameters = [(&idle as _, NUMBER), (&limit as _, BIGINT)];
        let rows = transaction.query(Query::new(FIND, &parameters)).await?;
        let abandoned = rows
            .iter()
            .map(Abandoned::from_row)
            .collect::<Result<Vec<_>>>()?;
        let goes =
            |it: &&Abandoned| !it.elsewhere && (sweep.even_with_sessions || it.sessions == 0);
        let ids: Vec<Uuid> = abandoned.iter().filter(goes).map(|it| it.id).collect();
        if dry_run || ids.is_empty() {
            transaction.rollback().await?;
            return Ok(Swept {
                abandoned,
                deleted: ids,
            });
        }
        let parameters = [
            (&idle as _, NUMBER),
            (&ids as _, UUIDS),
            (&sweep.even_with_sessions as _, BOOLEAN),
        ];
        let rows = transaction.query(Query::new(DELETE, &parameters)).await?;
        let deleted = rows
            .iter()
            .map(|row| column(row, "id"))
            .collect::<Result<_>>()?;
        transaction.commit().await?;
        Ok(Swept { abandoned, deleted })
    }
}
