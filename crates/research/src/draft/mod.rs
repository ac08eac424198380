//! Draft files of a session: what they are, and what their owner may do with them.

mod preview;
mod read;
mod remove;
mod save;

use lodger_database::scoped::Row;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::row::column;
use crate::{Error, Result};

pub use preview::DraftPreview;
pub use read::{DraftContent, DraftFilter, StageDrafts};
pub use save::{NewDraft, SavedDraft};

/// The part of the work that a draft comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// The first look around.
    InitialResearch,
    /// What is to be found out.
    Planning,
    /// Finding it out, side by side.
    ParallelResearch,
    /// Putting it together.
    Writing,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [
        Self::InitialResearch,
        Self::Planning,
        Self::ParallelResearch,
        Self::Writing,
    ];

    /// Its label in the database, in the API, and as a folder's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InitialResearch => "1_initial_research",
            Self::Planning => "2_planning",
            Self::ParallelResearch => "3_parallel_research",
            Self::Writing => "4_writing",
        }
    }

    /// The stage with this label.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

impl std::fmt::Display for Stage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A draft file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: Uuid,
    /// The session that it belongs to.
    pub session_id: Uuid,
    /// Its owner, who is the session's.
    pub user_id: Uuid,
    /// The part of the work that it comes from.
    pub stage: Stage,
    /// Where it is within the session, such as `2_planning/outline.md`.
    pub file_path: String,
    /// Its size.
    pub size_bytes: i64,
    /// The hash of its content, in lower-case hexadecimal; unknown for drafts older than this column.
    pub sha256: Option<String>,
    /// Such as `text/markdown`.
    pub media_type: String,
    /// A language tag.
    pub language: Option<String>,
    /// Whether the content is in the store.
    pub has_content: bool,
    /// When this content was found.
    pub detected_at: OffsetDateTime,
}

impl Draft {
    pub(crate) fn from_row(row: &Row) -> Result<Self> {
        let label: &str = column(row, "stage")?;
        let unknown = || Error::internal(format!("a stage that nobody knows: {label}"));
        Ok(Self {
            id: column(row, "id")?,
            session_id: column(row, "session_id")?,
            user_id: column(row, "user_id")?,
            stage: Stage::parse(label).ok_or_else(unknown)?,
            file_path: column(row, "file_path")?,
            size_bytes: column(row, "size_bytes")?,
            sha256: column(row, "sha256")?,
            media_type: column(row, "media_type")?,
            language: column(row, "language")?,
            has_content: column(row, "has_content")?,
            detected_at: column(row, "detected_at")?,
        })
    }
}

/// A path within a session: relative, with `/`, and without steps that lead out of it.
pub(crate) fn check_path(path: &str) -> Result<()> {
    let wrong = |reason: &str| Err(Error::invalid("file_path", reason));
    if path.chars().count() > 1024 {
        return wrong("it is longer than 1024 characters");
    }
    if path.chars().any(|it| it.is_control() || it == '\\') {
        return wrong("it holds a control character or a backslash");
    }
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return wrong("write it relative to the session, such as `2_planning/outline.md`");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_stay_within_the_session() {
        for good in [
            "a",
            "a/b.md",
            "2_planning/outline v2.md",
            "..a",
            "a..",
            "é/ü",
        ] {
            assert!(check_path(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "/",
            "/etc/passwd",
            "a/",
            "a//b",
            "../a",
            "a/../b",
            "./a",
            "a\\b",
            "a\0",
            "a\nb",
        ] {
            assert!(check_path(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_does_not_lead_out(path in any::<String>()) {
            if check_path(&path).is_ok() {
                let parts: Vec<_> = std::path::Path::new(&path).components().collect();
                prop_assert!(parts.iter().all(|it| matches!(it, std::path::Component::Normal(_))));
            }
        }
    }
}
