//! What can go wrong, as values: a sentence for people and a stable code for programs.

use lodger_database::scoped::ScopedError;
use thiserror::Error;
use uuid::Uuid;

use crate::fault::{Fault, told};
use crate::session::Status;

/// What is not there, or belongs to somebody else: nobody is told which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// A session.
    Session(Uuid),
    /// A draft.
    Draft(Uuid),
    /// A receipt of a transfer.
    Transfer(Uuid),
    /// An account.
    User(Uuid),
}

impl std::fmt::Display for Missing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Session(id) => write!(formatter, "session {id}"),
            Self::Draft(id) => write!(formatter, "draft {id}"),
            Self::Transfer(id) => write!(formatter, "transfer {id}"),
            Self::User(id) => write!(formatter, "user {id}"),
        }
    }
}

/// An operation of the store did not take place.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// It is not there, or not this user's.
    #[error("there is no {0}")]
    NotFound(Missing),
    /// It has changed since it was read.
    #[error("it has changed in the meantime: its version is {current}")]
    VersionMismatch {
        /// The version that stands there now.
        current: i64,
    },
    /// The status cannot become this one.
    #[error(
        "a session that is {from} cannot become {to}; it can become {}",
        named(allowed)
    )]
    InvalidTransition {
        /// What it is.
        from: Status,
        /// What it was to become.
        to: Status,
        /// What it can become.
        allowed: Vec<Status>,
    },
    /// It is archived already.
    #[error("the session is archived already")]
    AlreadyArchived,
    /// It is not archived.
    #[error("the session is not archived")]
    NotArchived,
    /// There is something with this id already.
    #[error("there is something with this id already")]
    AlreadyExists,
    /// What this user did belongs to another account now.
    #[error("what this user did belongs to another account now; sign in to that one")]
    SourceTransferred,
    /// Values cannot be taken: these, for these reasons.
    #[error("{}", told(.0))]
    Invalid(Vec<Fault>),
    /// The cursor is not one of ours.
    #[error("the cursor cannot be read; take it from the page before as it stands there")]
    CursorUnreadable,
    /// The cursor belongs to another filter.
    #[error("the cursor belongs to a list with another filter; start from the first page")]
    CursorOfOtherFilter,
    /// The idempotency key was used for another request.
    #[error("this idempotency key was used for another request; take a new one")]
    IdempotencyMismatch,
    /// The claim is not one of ours, or has expired.
    #[error("the claim is unknown or has expired; ask for a new one")]
    ClaimInvalid,
    /// The claim was used by another account.
    #[error("the claim was used already")]
    ClaimUsed,
    /// The ticket was used, has expired, or never was.
    #[error("the ticket was used, has expired, or never was; ask for a new one")]
    TicketInvalid,
    /// Only what an anonymous user did can be taken along.
    #[error("only the work of an anonymous user can go to another account")]
    SourceNotAnonymous,
    /// The receiver has to be a registered user.
    #[error("register or sign in first: an anonymous user cannot receive another's work")]
    ReceiverAnonymous,
    /// Both sides are the same user.
    #[error("this is the same user: what it did is there already")]
    SameUser,
    /// The transfer can no longer be undone, or was.
    #[error("this transfer can no longer be undone")]
    UndoOver,
    /// The principal is no user.
    #[error("this is for users, and nobody is signed in")]
    NoUser,
    /// The account is gone, though its token may still be valid.
    #[error("there is no such account any more")]
    UserGone,
    /// The database does not let this role do it.
    #[error("the database does not let this role do it: {reason}")]
    Denied {
        /// What Postgres said.
        reason: String,
    },
    /// Somebody else was in the way; trying again helps.
    #[error("somebody else is changing the same: try again")]
    Busy,
    /// Nobody answers.
    #[error("the database cannot be reached: {reason}")]
    Unavailable {
        /// Why.
        reason: String,
    },
    /// It took longer than a statement may take.
    #[error("the database took too long")]
    TooLong,
    /// Not the caller's fault.
    #[error("the store failed: {reason}")]
    Internal {
        /// What happened.
        reason: String,
    },
}

impl Error {
    /// A name for it that stays the same.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::VersionMismatch { .. } => "version_mismatch",
            Self::InvalidTransition { .. } => "invalid_transition",
            Self::AlreadyArchived => "already_archived",
            Self::NotArchived => "not_archived",
            Self::AlreadyExists => "already_exists",
            Self::SourceTransferred => "source_transferred",
            Self::Invalid(_) => "invalid",
            Self::CursorUnreadable => "cursor_unreadable",
            Self::CursorOfOtherFilter => "cursor_of_other_filter",
            Self::IdempotencyMismatch => "idempotency_mismatch",
            Self::ClaimInvalid => "claim_invalid",
            Self::ClaimUsed => "claim_used",
            Self::TicketInvalid => "ticket_invalid",
            Self::SourceNotAnonymous => "source_not_anonymous",
            Self::ReceiverAnonymous => "receiver_anonymous",
            Self::SameUser => "same_user",
            Self::UndoOver => "undo_over",
            Self::NoUser => "no_user",
            Self::UserGone => "user_gone",
            Self::Denied { .. } => "denied",
            Self::Busy => "busy",
            Self::Unavailable { .. } => "database_unavailable",
            Self::TooLong => "too_long",
            Self::Internal { .. } => "internal",
        }
    }

    pub(crate) fn invalid(field: &'static str, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self::Invalid(vec![Fault { field, reason }])
    }

    pub(crate) fn internal(reason: impl Into<String>) -> Self {
        Self::Internal {
            reason: reason.into(),
        }
    }
}

impl From<ScopedError> for Error {
    fn from(error: ScopedError) -> Self {
        match &error {
            ScopedError::Checkout(_) | ScopedError::Lost { .. } => Self::Unavailable {
                reason: error.to_string(),
            },
            ScopedError::Contention { .. } => Self::Busy,
            ScopedError::TooLong { .. } => Self::TooLong,
            ScopedError::Refused(said) => refused(said.code(), said.constraint(), said.message()),
            ScopedError::Unreadable { reason } => Self::internal(reason),
        }
    }
}

/// What Postgres' refusal means; the constraints are those of `migrations/`.
fn refused(code: &str, constraint: Option<&str>, message: &str) -> Error {
    let reason = message.to_owned();
    match (code, constraint.unwrap_or_default()) {
        // raised by the store's own triggers
        ("LG001", _) => Error::SourceTransferred,
        ("LG002", _) => Error::invalid("status", reason),
        ("LG003", _) => Error::invalid("kind", reason),
        ("LG004", _) => Error::invalid("payload", reason),
        ("23505", _) => Error::AlreadyExists,
        (
            "23503",
            "research_sessions_user_id_fkey"
            | "research_idempotency_keys_user_id_fkey"
            | "research_transfer_claims_user_id_fkey"
            | "research_event_heads_user_id_fkey"
            | "research_profiles_id_fkey",
        ) => Error::UserGone,
        // the session went to another account, or away, while the draft was on its way
        ("23503", "draft_files_session_id_user_id_fkey") => Error::Busy,
        ("23514", constraint) => Error::invalid(
            field_of(constraint),
            "a constraint of the database forbids it",
        ),
        ("22021" | "22P05" | "22P02" | "22003" | "54000", _) => Error::invalid("value", reason),
        ("42501", _) => Error::Denied { reason },
        _ => Error::internal(format!("{reason} ({code})")),
    }
}

fn field_of(constraint: &str) -> &'static str {
    let fields = [
        ("title", "title"),
        ("language", "language"),
        ("parameters", "parameters"),
        ("path", "file_path"),
        ("sha256", "sha256"),
        ("media_type", "media_type"),
        ("content", "content"),
        ("display_name", "display_name"),
        ("preferences", "preferences"),
        ("key", "idempotency_key"),
    ];
    let found = fields
        .into_iter()
        .find(|(part, _)| constraint.contains(part));
    found.map_or("value", |(_, field)| field)
}

fn named(statuses: &[Status]) -> String {
    if statuses.is_empty() {
        return "nothing else".to_owned();
    }
    let names: Vec<&str> = statuses.iter().map(|it| it.name()).collect();
    names.join(" or ")
}
