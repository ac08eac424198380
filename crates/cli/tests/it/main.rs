//! Tests of the built binary: what it prints, what it writes, how it ends.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what went wrong by failing"
)]

mod bad_input;
mod checked;
mod completions;
mod config;
mod demo;
mod examples;
#[cfg(unix)]
mod faults;
mod fix;
mod formats;
mod help;
mod init;
#[cfg(unix)]
mod killed;
mod lint;
mod man;
mod map;
mod new;
mod plan;
mod project;
mod recorded;
mod reference;
mod repair;
mod replicas;
mod rollback;
mod rule;
mod sandbox;
mod serving;
mod store;
mod story;
mod watch;
