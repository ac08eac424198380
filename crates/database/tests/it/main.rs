//! Integration tests: against a private cluster, and against the embedded server.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test's helper fails as the test does"
)]

mod adopt;
mod apply;
mod bare;
mod base;
mod catalog;
mod cluster;
mod connect;
mod differential;
mod fixed;
mod hazards;
mod incremental;
mod outcomes;
mod outline;
mod plan;
mod platform;
mod pool;
mod project;
mod rehearse;
mod resume;
mod rollback;
mod rules;
mod scoped;
mod sessions;
mod shared_instance;
mod sql_files;
mod status;
mod story;
mod verify;
