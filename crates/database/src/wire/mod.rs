//! A connection of which a request uses all that it needs at once: its statements go out in one flush and are answered together.
//!
//! The driver ends each statement with a message of its own, upon which the server answers; for four statements that are four
//! answers. Here one such message (`Sync`) stands at the end of all of them. The protocol's messages and the encoding of values
//! are those of the driver's authors, and so are start-up, encryption and authentication: see `docs/adr/0016`.

mod answers;
mod connection;
mod error;
mod row;
mod transport;

use tokio_postgres::types::{ToSql, Type};

pub(crate) use connection::Connection;
pub use error::Refusal;
pub(crate) use error::WireError;
pub use row::{ColumnError, Row};

/// A parameter and its type.
pub type Parameter<'a> = (&'a (dyn ToSql + Sync), Type);

/// A statement with its parameters. Columns of an answer have the types that every database has: others are cast
/// to text, because the server would have to be asked what they are.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// Its text, with names that the search path resolves.
    pub sql: &'static str,
    /// `$1`, `$2`, …
    pub parameters: &'a [Parameter<'a>],
}

impl<'a> Query<'a> {
    /// A statement with its parameters.
    #[must_use]
    pub fn new(sql: &'static str, parameters: &'a [Parameter<'a>]) -> Self {
        Self { sql, parameters }
    }
}

/// A statement of a flush. What its names mean depends on the search path that holds when it is prepared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step<'a> {
    pub(crate) path: &'a str,
    pub(crate) query: Query<'a>,
}

impl<'a> Step<'a> {
    pub(crate) fn new(path: &'a str, query: Query<'a>) -> Self {
        Self { path, query }
    }

    /// A statement that names nothing and takes nothing.
    pub(crate) fn plain(sql: &'static str) -> Self {
        Self::new("", Query::new(sql, &[]))
    }
}
