//! Lists of sessions: filters, and pages that stay stable while rows come and go.

use std::sync::LazyLock;

use lodger_database::scoped::Query;
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

use super::cursor::{Cursor, FilterHash};
use super::list_text::{PLACE, Shape};
use super::{Session, Status, check_language, check_text};
use crate::fault::all;
use crate::row::{BIGINT, TEXT, TEXTS, TIME, UUID, column};
use crate::{Error, Result, Scope};

const COUNT: &str = include_str!("count.sql");
/// Comes after every session there will be.
const BEYOND: (OffsetDateTime, Uuid) = (datetime!(9999-12-31 0:00 UTC), Uuid::max());

static COUNTS: LazyLock<[String; 3]> =
    LazyLock::new(|| Archived::ALL.map(|it| COUNT.replace(PLACE, it.condition())));

/// Whether archived sessions are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Archived {
    /// Only those that are not.
    #[default]
    Exclude,
    /// All.
    Include,
    /// Only those that are.
    Only,
}

impl Archived {
    pub(super) const ALL: [Self; 3] = [Self::Exclude, Self::Include, Self::Only];

    pub(super) fn condition(self) -> &'static str {
        match self {
            Self::Exclude => "archived_at is null",
            Self::Include => "true",
            Self::Only => "archived_at is not null",
        }
    }

    fn pick(self, texts: &'static [String; 3]) -> &'static str {
        let [exclude, include, only] = texts;
        match self {
            Self::Exclude => exclude,
            Self::Include => include,
            Self::Only => only,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Exclude => "exclude",
            Self::Include => "include",
            Self::Only => "only",
        }
    }
}

/// Which sessions are wanted; the default is all that are not archived.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListFilter {
    /// Any of these; none named means any.
    pub statuses: Vec<Status>,
    /// In this language.
    pub language: Option<String>,
    /// Archived ones?
    pub archived: Archived,
    /// With this in the title, capital or not.
    pub title: Option<String>,
    /// Made at this time or later.
    pub created_from: Option<OffsetDateTime>,
    /// Made before this time.
    pub created_to: Option<OffsetDateTime>,
}

impl ListFilter {
    /// Was this cursor handed out for this filter?
    ///
    /// # Errors
    /// When it was handed out for another one, or not at all.
    pub fn check_cursor(&self, cursor: &str) -> Result<()> {
        Cursor::parse(cursor, FilterHash::of(self)).map(drop)
    }

    /// Can it be asked for?
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong.
    pub fn check(&self) -> Result<()> {
        all([
            self.language.as_deref().map_or(Ok(()), check_language),
            self.title.as_deref().map_or(Ok(()), check_part_of_title),
            self.check_times(),
        ])
    }

    fn check_times(&self) -> Result<()> {
        let reversed = self
            .created_from
            .zip(self.created_to)
            .is_some_and(|(from, to)| from >= to);
        if reversed {
            return Err(Error::invalid("created_to", "it is not after created_from"));
        }
        Ok(())
    }

    fn labels(&self) -> Vec<&'static str> {
        let all = || Status::ALL.to_vec();
        let wanted = if self.statuses.is_empty() {
            all()
        } else {
            self.statuses.clone()
        };
        wanted.into_iter().map(Status::name).collect()
    }
}

fn check_part_of_title(text: &str) -> Result<()> {
    check_text("title", text)?;
    if text.chars().count() > 500 {
        let reason = "no title is longer than 500 characters";
        return Err(Error::invalid("title", reason));
    }
    Ok(())
}

/// Whether to count all that match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Count {
    /// No.
    #[default]
    None,
    /// Yes, all of them.
    Exact,
}

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// 1 to 200 items.
    pub limit: u16,
    /// Where the page before ended, or the one after it began.
    pub cursor: Option<String>,
    /// Whether to count.
    pub count: Count,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self {
            limit: 50,
            cursor: None,
            count: Count::None,
        }
    }
}

impl PageRequest {
    /// Can it be asked for? Whether the cursor is one is seen by [`ListFilter::check_cursor`].
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn check(&self) -> Result<()> {
        if (1..=200).contains(&self.limit) {
            return Ok(());
        }
        Err(Error::invalid("limit", "1 to 200 items are on a page"))
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// Its items.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
    /// Where the page before begins, if there may be one: by then it can be empty.
    pub prev: Option<String>,
    /// How many match on all pages, if that was asked for.
    pub total: Option<i64>,
}

impl Scope {
    /// One page of the user's sessions, the newest first.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::CursorUnreadable`], [`Error::CursorOfOtherFilter`].
    pub async fn list_sessions(
        &self,
        filter: &ListFilter,
        page: &PageRequest,
    ) -> Result<Page<Session>> {
        all([filter.check(), page.check()])?;
        let hash = FilterHash::of(filter);
        let cursor = page.cursor.as_deref();
        let cursor = cursor.map(|it| Cursor::parse(it, hash)).transpose()?;
        let (time, id) = cursor.map_or(BEYOND, Cursor::position);
        let is_back = cursor.is_some_and(Cursor::is_back);
        let (statuses, limit) = (filter.labels(), i64::from(page.limit) + 1);
        let parameters = [
            (&self.user_id as _, UUID),
            (&time as _, TIME),
            (&id as _, UUID),
            (&statuses as _, TEXTS),
            (&filter.language as _, TEXT),
            (&filter.title as _, TEXT),
            (&filter.created_from as _, TIME),
            (&filter.created_to as _, TIME),
            (&limit as _, BIGINT),
        ];
        let list = Query::new(Shape::of(filter, is_back).text(), &parameters);
        let (rows, total) = match page.count {
            Count::None => {
                let [rows] = self.read([list]).await?;
                (rows, None)
            }
            Count::Exact => self.read_and_count(list, filter, &statuses).await?,
        };
        let mut items = rows
            .iter()
            .map(Session::from_row)
            .collect::<Result<Vec<_>>>()?;
        let more = items.len() > usize::from(page.limit);
        items.truncate(usize::from(page.limit));
        let (has_next, has_prev) = if is_back {
            items.reverse();
            (true, more)
        } else {
            (more, cursor.is_some())
        };
        let next = items.last().filter(|_| has_next);
        let prev = items.first().filter(|_| has_prev);
        Ok(Page {
            next: next.map(|it| Cursor::after(it, hash).to_string()),
            prev: prev.map(|it| Cursor::before(it, hash).to_string()),
            items,
            total,
        })
    }

    async fn read_and_count(
        &self,
        list: Query<'_>,
        filter: &ListFilter,
        statuses: &Vec<&'static str>,
    ) -> Result<(Vec<lodger_database::scoped::Row>, Option<i64>)> {
        let parameters = [
            (&self.user_id as _, UUID),
            (statuses as _, TEXTS),
            (&filter.language as _, TEXT),
            (&filter.title as _, TEXT),
            (&filter.created_from as _, TIME),
            (&filter.created_to as _, TIME),
        ];
        let count = Query::new(filter.archived.pick(&COUNTS), &parameters);
        let [rows, counted] = self.read([list, count]).await?;
        let total = counted
            .first()
            .map(|row| column(row, "total"))
            .transpose()?;
        Ok((rows, total))
    }
}
