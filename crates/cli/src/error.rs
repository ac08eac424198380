//! Why a command could not do what it was asked, and the exit codes.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use lodger_database::connect::is_of_pooler;
use lodger_migration::diagnostic::{Diagnostic, Severity};

/// What tokio-postgres says of an error of the server; its source has the words.
const SAYS_NOTHING: &str = "db error";

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// Nothing to report.
    Clean,
    /// Findings, refused, rolled back, or the database is not as asked.
    Findings,
    /// Usage or configuration is wrong.
    Usage,
    /// It could not be done: connection, SQL error, file system.
    Failed,
    /// Somebody pressed Ctrl-C.
    Interrupted,
}

impl ExitStatus {
    /// Only an error counts: warnings and notes are told and do not stop anybody.
    pub(crate) fn of_findings(diagnostics: &[Diagnostic]) -> Self {
        let error = diagnostics.iter().any(|it| it.severity == Severity::Error);
        if error { Self::Findings } else { Self::Clean }
    }

    /// Is the database as asked?
    pub(crate) fn of_checks(passed: bool) -> Self {
        if passed { Self::Clean } else { Self::Findings }
    }

    /// The process's exit code.
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(self.number())
    }

    /// The exit code as a number.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Failed => 3,
            Self::Interrupted => 130,
        }
    }
}

/// What kind of failure an error is; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    /// The command line or `lodger.toml` is wrong.
    Usage,
    /// The world said no: connection, SQL error, file system.
    Failed,
    /// Somebody pressed Ctrl-C.
    Interrupted,
}

/// A command could not do what it was asked. Findings are not errors: they are a command's result.
#[derive(Debug)]
pub(crate) struct CommandError {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
    hints: Vec<String>,
}

impl CommandError {
    /// The command line or the configuration is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// It could not be done.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Failed, message)
    }

    /// Somebody pressed Ctrl-C.
    pub(crate) fn interrupted() -> Self {
        Self::new(ErrorKind::Interrupted, "interrupted")
    }

    /// It could not be done, as a library's error says.
    pub(crate) fn from_library(error: impl Error + Send + Sync + 'static) -> Self {
        let failed = Self::failed(error.to_string());
        let failed = if is_of_pooler(&error) {
            failed.hinted(
                "this connection seems to go through a transaction pooler: use the session port or \
                 a direct connection (on Supabase port 5432, not 6543)",
            )
        } else {
            failed
        };
        failed.because(error)
    }

    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
            hints: Vec::new(),
        }
    }

    /// The error below this one.
    pub(crate) fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Advice, as a sentence without full stop.
    pub(crate) fn hinted(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// How the process ends.
    pub(crate) fn exit(&self) -> ExitStatus {
        match self.kind {
            ErrorKind::Usage => ExitStatus::Usage,
            ErrorKind::Failed => ExitStatus::Failed,
            ErrorKind::Interrupted => ExitStatus::Interrupted,
        }
    }

    /// Advice on what to do.
    pub(crate) fn hints(&self) -> &[String] {
        &self.hints
    }

    /// The errors below this one, outermost first. A cause that its parent says already
    /// is left out.
    pub(crate) fn causes(&self) -> Vec<String> {
        let mut causes: Vec<String> = Vec::new();
        let mut above = self.message.clone();
        let mut next = self
            .source
            .as_deref()
            .map(|it| it as &(dyn Error + 'static));
        while let Some(error) = next {
            let text = error.to_string();
            if !above.contains(&text) && text != SAYS_NOTHING {
                causes.push(text.clone());
            }
            above = text;
            next = error.source();
        }
        causes
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the folder cannot be read")]
    struct Outer {
        #[source]
        source: std::io::Error,
    }

    #[test]
    fn causes_are_told_once_and_outermost_first() {
        let source = std::io::Error::other("no such device");
        let error = CommandError::failed("lint stopped").because(Outer { source });
        assert_eq!(
            error.causes(),
            ["the folder cannot be read", "no such device"]
        );

        let error = CommandError::failed("reading failed: no such device")
            .because(std::io::Error::other("no such device"));
        assert!(error.causes().is_empty());
    }
}
