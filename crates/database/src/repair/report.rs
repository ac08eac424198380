//! What was found and what was written.

use lodger_migration::object::ObjectId;
use lodger_migration::owner::Owner;
use lodger_migration::repair::Identity;
use thiserror::Error;

use super::Left;
use crate::export::{ExportError, ExportedTable};
use crate::prepare::PrepareError;

/// No migration could be written.
#[derive(Debug, Error)]
pub enum RepairError {
    /// The database cannot be read.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// Without claims nobody knows which tables are the project's.
    #[error(
        "project {project} has claimed nothing in this database, so nobody knows which tables are its own; \
         `lodger adopt --from FILE` claims what the file that was run declares"
    )]
    NothingClaimed {
        /// The project.
        project: String,
    },
    /// There are no users to point at.
    #[error("there is no table {0} with a key of type uuid in this database")]
    NoIdentity(String),
    /// Rows cannot be counted.
    #[error("the rows cannot be counted: {}", crate::apply::retry::sentence(.0))]
    Counting(#[source] tokio_postgres::Error),
    /// What an earlier repair wrote is not applied, and these would come on top of it.
    #[error(
        "an earlier repair wrote migrations that are not applied, and now others would be due: {}",
        .0.join(", ")
    )]
    NotApplied(Vec<String>),
    /// Rows cannot be saved.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// Rows cannot be deleted without harm to others.
    #[error("the rows without a user cannot be deleted: {0}")]
    Delete(String),
    /// A map names one owner twice.
    #[error("the map names an old owner twice")]
    MappedTwice,
    /// A map lacks owners.
    #[error("the map says nothing about these owners: {}", .0.join(", "))]
    NotMapped(Vec<String>),
    /// A map names people who are not users.
    #[error("these new owners in the map are not users: {}", .0.join(", "))]
    NotUsers(Vec<String>),
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepairOutcome {
    /// Migrations are written.
    Written,
    /// No foreign key of the project is wrong.
    NothingToDo,
    /// Rows have owners who are not users, and nobody said what becomes of them.
    Orphans,
}

/// A wrong foreign key, or a right one that is to be checked, and its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyReport {
    /// The foreign key.
    pub constraint: ObjectId,
    /// Its column.
    pub column: String,
    /// Where it points.
    pub target: ObjectId,
    /// Whose that is.
    pub owner: Owner,
    /// It points where it should, and is NOT VALID.
    pub unchecked: bool,
    /// Rows with an owner.
    pub rows: i64,
    /// Those whose owner is not a user.
    pub orphans: i64,
    /// The owners with most of them.
    pub owners: Vec<OrphanOwner>,
}

/// An owner who is not a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrphanOwner {
    /// The id.
    pub id: String,
    /// How many rows.
    pub rows: i64,
}

/// What was found, and the migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepairReport {
    /// What came of it.
    pub outcome: RepairOutcome,
    /// Where the keys should point.
    pub identity: Identity,
    /// The wrong keys.
    pub keys: Vec<KeyReport>,
    /// Wrong keys that cannot be repaired like this.
    pub left: Vec<Left>,
    /// Name and text of the migrations, in order.
    pub migrations: Vec<(String, String)>,
    /// The rows that were saved.
    pub exported: Vec<ExportedTable>,
}
