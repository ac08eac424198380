//! One versioned, ordered, immutable SQL file.

use crate::diagnostic::{Location, Span};
use crate::statement::Statement;

/// A migration as read from its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The digits at the head of the file name: the order key.
    pub version: String,
    /// The rest of the file name, without `.sql`.
    pub name: String,
    /// The path as given.
    pub file: String,
    /// The file's text.
    pub text: String,
    /// SHA-256 of the file's bytes, lower-case hex.
    pub checksum: String,
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// What the parser could not read; the statements are then incomplete.
    pub syntax_errors: Vec<SyntaxError>,
}

/// A place the parser could not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What was expected.
    pub message: String,
}

impl Migration {
    /// The location of `span` in this file.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).unwrap_or("").chars().count() + 1;
        Location {
            migration: self.version.clone(),
            file: self.file.clone(),
            span,
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }
}
