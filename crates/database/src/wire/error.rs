//! What can go wrong on a connection, and what Postgres says when it refuses.

use std::fmt;
use std::io;

use fallible_iterator::FallibleIterator as _;
use postgres_protocol::message::backend::ErrorResponseBody;

/// What Postgres said when it refused a statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    severity: String,
    code: String,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
    schema: Option<String>,
    constraint: Option<String>,
}

impl Refusal {
    /// The SQLSTATE.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The constraint that is in the way.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        self.constraint.as_deref()
    }

    /// The schema of what is in the way.
    #[must_use]
    pub fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    pub(super) fn read(body: &ErrorResponseBody) -> io::Result<Self> {
        let mut refusal = Self::default();
        let mut fields = body.fields();
        while let Some(field) = fields.next()? {
            let text = String::from_utf8_lossy(field.value_bytes()).into_owned();
            match field.type_() {
                b'S' => refusal.severity = text,
                b'C' => refusal.code = text,
                b'M' => refusal.message = text,
                b'D' => refusal.detail = Some(text),
                b'H' => refusal.hint = Some(text),
                b's' => refusal.schema = Some(text),
                b'n' => refusal.constraint = Some(text),
                _ => {}
            }
        }
        Ok(refusal)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.severity, self.message)?;
        if let Some(detail) = &self.detail {
            write!(formatter, "\nDETAIL: {detail}")?;
        }
        if let Some(hint) = &self.hint {
            write!(formatter, "\nHINT: {hint}")?;
        }
        Ok(())
    }
}

/// What was asked got no answer that helps.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WireError {
    /// Postgres refuses.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// The connection is lost.
    #[error("{0}")]
    Lost(String),
    /// A value cannot be sent, or an answer cannot be read: a mistake in the program.
    #[error("{0}")]
    Unreadable(String),
}

impl WireError {
    /// The server no longer knows a statement that was prepared (26000), knows it already (42P05), or a migration changed what
    /// it answers (0A000).
    pub(crate) fn is_stale(&self) -> bool {
        matches!(self, Self::Refused(said) if matches!(said.code(), "26000" | "42P05" | "0A000"))
    }
}
