//! One operation on many sessions: each has its own outcome, and those that can be done are done together.

use std::collections::HashMap;

use lodger_database::scoped::Query;
use lodger_database::scoped::Row;
use uuid::Uuid;

use super::{Status, status};
use crate::row::{BOOLEAN, TEXT, UUID, UUIDS, column};
use crate::{Error, Missing, Result, Scope, Work};

const LOCK: &str = include_str!("batch_lock.sql");
const ARCHIVE: &str = include_str!("batch_archive.sql");
const MOVE: &str = include_str!("batch_move.sql");
const DELETE: &str = include_str!("batch_delete.sql");
/// The most sessions of one batch.
const MOST: usize = 200;

/// What to do with each session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BatchOperation {
    /// Put it out of sight.
    Archive,
    /// Bring it back.
    Restore,
    /// Delete it and its drafts.
    Delete,
    /// It came to its end.
    Complete,
    /// It broke off.
    Fail,
    /// It is taken up again.
    Resume,
}

impl BatchOperation {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Archive,
        Self::Restore,
        Self::Delete,
        Self::Complete,
        Self::Fail,
        Self::Resume,
    ];

    /// Its name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Restore => "restore",
            Self::Delete => "delete",
            Self::Complete => "complete",
            Self::Fail => "fail",
            Self::Resume => "resume",
        }
    }

    /// The operation with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Can so many be taken, and each once?
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn check_ids(ids: &[Uuid]) -> Result<()> {
        let mut sorted = ids.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let many = "one to 200 sessions are taken at a time";
        if sorted.len() != ids.len() {
            return Err(Error::invalid("ids", "a session is named twice"));
        }
        if !(1..=MOST).contains(&ids.len()) {
            return Err(Error::invalid("ids", many));
        }
        Ok(())
    }

    fn target(self) -> Option<Status> {
        match self {
            Self::Complete => Some(Status::Completed),
            Self::Fail => Some(Status::Failed),
            Self::Resume => Some(Status::InProgress),
            Self::Archive | Self::Restore | Self::Delete => None,
        }
    }

    /// Whether it can be done to a session in this state.
    fn check(self, now: Status, archived: bool) -> Result<()> {
        match (self, self.target()) {
            (Self::Archive, _) if archived => Err(Error::AlreadyArchived),
            (Self::Restore, _) if !archived => Err(Error::NotArchived),
            (_, Some(to)) if !now.allowed().contains(&to) => Err(Error::InvalidTransition {
                from: now,
                to,
                allowed: now.allowed().to_vec(),
            }),
            _ => Ok(()),
        }
    }
}

/// What became of one session.
#[derive(Debug)]
pub struct BatchItem {
    /// Which.
    pub id: Uuid,
    /// Done, or why not.
    pub result: Result<()>,
}

impl Work {
    /// Does the same to up to 200 sessions. What cannot be done to one of them does not keep it from the others.
    /// A dry run says what would come of it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for none, too many, or one that is named twice; otherwise each item has its own.
    pub async fn batch(
        &mut self,
        operation: BatchOperation,
        ids: &[Uuid],
        dry_run: bool,
    ) -> Result<Vec<BatchItem>> {
        BatchOperation::check_ids(ids)?;
        let user_id = self.user_id;
        let parameters = [(&user_id as _, UUID), (&ids as _, UUIDS)];
        let rows = self.query(Query::new(LOCK, &parameters)).await?;
        let found = rows.iter().map(state).collect::<Result<HashMap<_, _>>>()?;
        let judged = ids.iter().map(|id| {
            let state = found.get(id).ok_or(Error::NotFound(Missing::Session(*id)));
            let result = state.and_then(|(status, archived)| operation.check(*status, *archived));
            BatchItem { id: *id, result }
        });
        let items: Vec<BatchItem> = judged.collect();
        let ready: Vec<Uuid> = items
            .iter()
            .filter(|it| it.result.is_ok())
            .map(|it| it.id)
            .collect();
        if !dry_run && !ready.is_empty() {
            self.carry_out(operation, &ready).await?;
        }
        Ok(items)
    }

    async fn carry_out(&mut self, operation: BatchOperation, ids: &Vec<Uuid>) -> Result<()> {
        let user_id = self.user_id;
        let archived = operation == BatchOperation::Archive;
        let label = operation.target().map_or("", Status::name);
        let whose = (&user_id as _, UUID);
        let which = (ids as _, UUIDS);
        let rows = match operation {
            BatchOperation::Delete => self.query(Query::new(DELETE, &[whose, which])).await?,
            BatchOperation::Archive | BatchOperation::Restore => {
                let parameters = [whose, which, (&archived as _, BOOLEAN)];
                self.query(Query::new(ARCHIVE, &parameters)).await?
            }
            BatchOperation::Complete | BatchOperation::Fail | BatchOperation::Resume => {
                let parameters = [whose, which, (&label as _, TEXT)];
                self.query(Query::new(MOVE, &parameters)).await?
            }
        };
        // they are locked: nobody else can have changed them
        if rows.len() != ids.len() {
            return Err(Error::internal("a session that was locked is gone"));
        }
        Ok(())
    }
}

fn state(row: &Row) -> Result<(Uuid, (Status, bool))> {
    Ok((column(row, "id")?, (status(row)?, column(row, "archived")?)))
}

impl Scope {
    /// Does the same to many sessions: see [`Work::batch`].
    ///
    /// # Errors
    /// As there.
    pub async fn batch(
        &self,
        operation: BatchOperation,
        ids: &[Uuid],
        dry_run: bool,
    ) -> Result<Vec<BatchItem>> {
        let mut work = self.begin().await?;
        let items = work.batch(operation, ids, dry_run).await?;
        if dry_run {
            work.roll_back().await?;
        } else {
            work.commit().await?;
        }
        Ok(items)
    }
}
