//! Integration tests of the HTTP crate.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test's helper fails as the test does"
)]

mod document;
mod files;
mod fuzzed;
mod hostile;
mod jwks;
mod log;
mod many;
mod matrix;
mod node;
mod once;
mod page;
mod sessions;
mod shell;
mod sign_in;
mod socket;
mod stream;
mod token;
mod transfers;
mod unavailable;
mod world;
