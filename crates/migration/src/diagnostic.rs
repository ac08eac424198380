//! What a rule, a plan or a verification reports: a finding is data, never an error.

use std::borrow::Cow;

use crate::object::ObjectId;

/// A byte range in a migration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// How much a finding weighs. Only an error refuses a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing needs to be done.
    Info,
    /// Probably not what the author meant, or a cost worth weighing.
    Warning,
    /// Would harm somebody, or not do what the file says.
    Error,
}

impl Severity {
    /// The word used in every output format.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Where in the project's migrations a finding is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Version of the migration, the order key in its file name.
    pub migration: String,
    /// Path of the file as it was given.
    pub file: String,
    /// Bytes of the token the finding is about.
    pub span: Span,
    /// Line of `span.start`, from 1.
    pub line: u32,
    /// Column of `span.start` in characters, from 1.
    pub column: u32,
}

/// One replacement of bytes in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub span: Span,
    /// What comes in their place.
    pub text: String,
}

/// Text edits that remove a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the edits do, as an imperative sentence.
    pub title: String,
    /// Edits that do not overlap, in file order.
    pub edits: Vec<Edit>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Id of the rule, kebab-case; equals the stem of the rule's file.
    pub rule: Cow<'static, str>,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where; `None` when the finding is about the database and not about a file.
    pub location: Option<Location>,
    /// The database object it is about.
    pub object: Option<ObjectId>,
    /// What to do instead.
    pub help: Option<String>,
    /// Edits that do it.
    pub fix: Option<Fix>,
}
