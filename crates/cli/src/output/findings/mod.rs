//! The formats for findings alone: what code hosts and CI servers read.

pub(crate) mod github;
pub(crate) mod junit;
#[cfg(test)]
mod sample;
pub(crate) mod sarif;

use lodger_migration::check::CheckReport;
use lodger_migration::diagnostic::Diagnostic;
use lodger_migration::migration::Migration;

/// What a command found.
#[derive(Debug, Default)]
pub(crate) struct Findings<'a> {
    /// What was looked at.
    pub(crate) migrations: &'a [Migration],
    /// What the rules say.
    pub(crate) diagnostics: &'a [Diagnostic],
    /// What was checked on the database.
    pub(crate) checks: Option<&'a CheckReport>,
    /// What else stands in the way, as sentences.
    pub(crate) obstacles: Vec<String>,
}
