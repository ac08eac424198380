//! What can be wrong outside of Lodger: a clear sentence, the right exit code, and nothing half done.

mod connection;
pub(crate) mod database;
mod files;
#[cfg(unix)]
mod pooler;
