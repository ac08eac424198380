//! Test support: a private cluster from the machine's `initdb`, and the shared instance that tests run
//! against. Cargo feature `testing`; nothing of it is in the program.
#![expect(
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "test support panics with what went wrong: the test fails there"
)]

mod cluster;
#[cfg(feature = "embedded")]
pub mod corpus;
mod database;
mod pooler;
mod server;
mod shared_instance;
mod tools;

pub use cluster::{Cluster, OWNER, SUPERUSER};
pub use database::{Template, TestDatabase, connect};
pub use pooler::{Lending, Pooler};
pub use server::Settings;
pub use shared_instance::{SharedInstance, Variant};
