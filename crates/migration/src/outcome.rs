//! What a statement will do to one object of one database.

use crate::object::ObjectId;
use crate::owner::Owner;

/// What happens to an object. The words are those of the JSON contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// It comes into being.
    Creates,
    /// It is there already, looks the same, and is ours.
    AlreadyThere,
    /// A guard skips it: it is there, looks the same, and is not ours.
    SkippedSameShape,
    /// A guard skips it: it is there and looks different.
    SkippedDifferentShape,
    /// A new definition takes the place of the one that is there.
    Replaces,
    /// It changes.
    Alters,
    /// It goes.
    Drops,
    /// Something new hangs on it: foreign key, trigger, index, policy, rule, publication.
    AttachesTo,
    /// Who may use it changes.
    Grants,
    /// Rows of it are written.
    WritesRows,
    /// A setting of a role or a database changes.
    Sets,
    /// Postgres refuses the statement.
    Fails,
    /// It takes effect outside a transaction, so nothing can be proved before it does.
    UnverifiableBeforeCommit,
    /// Nobody looked: the throw-away database could not run it.
    NotEvaluated,
}

impl Action {
    /// The action's name in JSON.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Creates => "creates",
            Self::AlreadyThere => "already_there",
            Self::SkippedSameShape => "skipped_same_shape",
            Self::SkippedDifferentShape => "skipped_different_shape",
            Self::Replaces => "replaces",
            Self::Alters => "alters",
            Self::Drops => "drops",
            Self::AttachesTo => "attaches_to",
            Self::Grants => "grants",
            Self::WritesRows => "writes_rows",
            Self::Sets => "sets",
            Self::Fails => "fails",
            Self::UnverifiableBeforeCommit => "unverifiable_before_commit",
            Self::NotEvaluated => "not_evaluated",
        }
    }
}

/// What one statement will do to one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What happens.
    pub action: Action,
    /// To what; `None` when a statement fails or is not evaluated before it names anything.
    pub object: Option<ObjectId>,
    /// Whose that is.
    pub owner: Owner,
    /// In what the object that stands there differs from what the statement says, or what changes.
    pub differences: Vec<String>,
    /// What goes with it: the objects that a CASCADE takes along, with their owners.
    pub cascades: Vec<(ObjectId, Owner)>,
    /// What hangs on it: for `attaches_to`, the object that is attached; for `replaces`, what uses it.
    pub related: Vec<ObjectId>,
    /// What Postgres said, for `fails`; why, for `not_evaluated`.
    pub detail: Option<String>,
}
