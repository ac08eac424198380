//! The store against a private cluster and against the embedded server, brought in by Lodger itself.
#![expect(clippy::unwrap_used, reason = "a test's helper fails as the test does")]

mod access;
mod account;
mod drafts;
mod embedded;
mod events;
mod guard;
mod idempotency;
mod many;
mod sessions;
mod sql_files;
mod transfer;
mod upkeep;
mod world;
