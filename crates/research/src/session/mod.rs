//! Research sessions: what they are, and what their owner may do with them.

mod batch;
mod change;
mod compare;
mod create;
mod cursor;
mod duplicate;
mod get;
mod list;
mod list_text;
mod owner;
mod statistics;

use lodger_database::scoped::Row;
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::row::column;
use crate::{Error, Result};

pub use batch::{BatchItem, BatchOperation};
pub use change::SessionChange;
pub use compare::{Comparison, StageTotals};
pub use create::NewSession;
pub use duplicate::Duplicate;
pub use list::{Archived, Count, ListFilter, Page, PageRequest};
pub use statistics::Statistics;

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// It is being worked on.
    InProgress,
    /// It came to its end.
    Completed,
    /// It broke off; it may be taken up again.
    Failed,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::InProgress, Self::Completed, Self::Failed];

    /// Its label in the database and in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// The status with this label.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// What it can become.
    #[must_use]
    pub fn allowed(self) -> &'static [Self] {
        match self {
            Self::InProgress => &[Self::Completed, Self::Failed],
            Self::Completed => &[],
            Self::Failed => &[Self::InProgress],
        }
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A research session.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Its id.
    pub id: Uuid,
    /// Its owner, in `auth.users`.
    pub user_id: Uuid,
    /// 1 to 500 characters.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// A language tag such as `en` or `vi-VN`.
    pub language: String,
    /// What it was started with: a JSON object.
    pub parameters: Value,
    /// Since when it is out of sight.
    pub archived_at: Option<OffsetDateTime>,
    /// Counts the changes of the row, those of the counters as well.
    pub version: i64,
    /// How many drafts it has.
    pub file_count: i64,
    /// How big they are together, in bytes.
    pub total_size_bytes: i64,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was changed.
    pub updated_at: OffsetDateTime,
}

impl Session {
    pub(crate) fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: column(row, "id")?,
            user_id: column(row, "user_id")?,
            title: column(row, "title")?,
            status: status(row)?,
            language: column(row, "language")?,
            parameters: column(row, "parameters")?,
            archived_at: column(row, "archived_at")?,
            version: column(row, "version")?,
            file_count: column(row, "file_count")?,
            total_size_bytes: column(row, "total_size_bytes")?,
            created_at: column(row, "created_at")?,
            updated_at: column(row, "updated_at")?,
        })
    }
}

pub(crate) fn status(row: &Row) -> Result<Status> {
    let label: &str = column(row, "status")?;
    Status::parse(label)
        .ok_or_else(|| Error::internal(format!("a status that nobody knows: {label}")))
}

/// Titles are as in the database's constraint.
pub(crate) fn check_title(title: &str) -> Result<()> {
    let length = title.chars().count();
    if title.trim().is_empty() {
        return Err(Error::invalid("title", "it is empty"));
    }
    if length > 500 {
        return Err(Error::invalid(
            "title",
            format!("it has {length} characters; 500 are allowed"),
        ));
    }
    // a title is one line wherever it is shown, and moves no terminal's cursor
    if title.chars().any(char::is_control) {
        return Err(Error::invalid("title", "it holds a control character"));
    }
    Ok(())
}

/// Postgres stores any text but this.
pub(crate) fn check_text(field: &'static str, text: &str) -> Result<()> {
    if text.contains('\0') {
        return Err(Error::invalid(field, "it holds a NUL character"));
    }
    Ok(())
}

/// A language tag of the usual form; which languages there are is not ours to say.
pub(crate) fn check_language(tag: &str) -> Result<()> {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    let fits = |part: &str, least: usize| (least..=8).contains(&part.len());
    let good = tag.len() <= 35
        && fits(first, 2)
        && first.bytes().all(|it| it.is_ascii_alphabetic())
        && parts.all(|part| fits(part, 1) && part.bytes().all(|it| it.is_ascii_alphanumeric()));
    if good {
        return Ok(());
    }
    Err(Error::invalid("language", "write it as `en` or `vi-VN`"))
}

/// An object of moderate size.
pub(crate) fn check_object(field: &'static str, value: &Value) -> Result<()> {
    if !value.is_object() {
        return Err(Error::invalid(field, "it is not a JSON object"));
    }
    if value.to_string().len() > 60_000 {
        return Err(Error::invalid(field, "it is bigger than 60,000 bytes"));
    }
    if has_huge_number(value) {
        return Err(Error::invalid(field, "it holds a number beyond 1e300"));
    }
    Ok(())
}

/// Postgres writes numbers out, and the last few that a double can hold are not read back from that.
fn has_huge_number(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_none_or(|it| it.abs() > 1e300),
        Value::Array(items) => items.iter().any(has_huge_number),
        Value::Object(members) => members.values().any(has_huge_number),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}
