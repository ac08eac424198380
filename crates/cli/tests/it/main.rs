//! Tests of the built binary: what it prints, what it writes, how it ends.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what went wrong by failing"
)]

mod config;
mod demo;
mod help;
mod init;
mod lint;
mod new;
mod plan;
mod reference;
mod rollback;
mod rule;
mod sandbox;
mod story;
