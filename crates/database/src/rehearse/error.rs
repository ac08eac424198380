//! Why nothing could be rehearsed.

use thiserror::Error;

use crate::prepare::PrepareError;

/// A rehearsal could not be held. Whatever it had begun is rolled back.
#[derive(Debug, Error)]
pub enum RehearseError {
    /// The database cannot be read.
    #[error(transparent)]
    Read(#[from] PrepareError),
    /// There is no identity table.
    #[error(
        "there is no table {table} here: whom the rows belong to is not known; `identity_table` in lodger.toml names it"
    )]
    NoIdentityTable {
        /// Its name.
        table: String,
    },
    /// The server takes no writes, not even such as are rolled back.
    #[error("the database is read-only: connect to the primary server, not to a replica")]
    ReadOnly,
    /// The users cannot be read.
    #[error("the role {role} may not read {table}, where the users to rehearse as are")]
    UsersUnreadable {
        /// The role.
        role: String,
        /// The identity table.
        table: String,
        /// What Postgres said.
        #[source]
        source: tokio_postgres::Error,
    },
    /// There are not two users.
    #[error(
        "a rehearsal needs two users, and {table} holds {found}: let two people sign in first, or rehearse on a copy"
    )]
    TooFewUsers {
        /// The identity table.
        table: String,
        /// How many there are.
        found: usize,
    },
    /// A user that was asked for is not there.
    #[error("there is no user {id} in {table}")]
    UnknownUser {
        /// The user's id.
        id: String,
        /// The identity table.
        table: String,
    },
    /// Other than two users were asked for.
    #[error("a rehearsal is held as two different users, and {reason}")]
    WrongUsers {
        /// What was asked for instead.
        reason: String,
    },
    /// The role may not be played.
    #[error("the role {from} may not become {role}: `grant {role} to {from}` lets it")]
    CannotBecome {
        /// The connecting role.
        from: String,
        /// The role to be played.
        role: String,
        /// What Postgres said.
        #[source]
        source: tokio_postgres::Error,
    },
    /// Somebody else is at work on the same rows.
    #[error("others are at work on the same rows ({reason}); nothing was changed, try again later")]
    Busy {
        /// What Postgres said.
        reason: String,
    },
    /// The connection broke, or the server did something that has no remedy here.
    #[error("the rehearsal broke off while {doing}; the server rolls it back")]
    Broken {
        /// What was being done.
        doing: &'static str,
        /// What happened.
        #[source]
        source: tokio_postgres::Error,
    },
}
