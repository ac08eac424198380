//! Tests of the built binary: what it prints, what it writes, how it ends.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what went wrong by failing"
)]
#![cfg_attr(
    feature = "embedded",
    expect(clippy::indexing_slicing, reason = "the same")
)]

#[cfg(feature = "embedded")]
mod bad_input;
#[cfg(feature = "embedded")]
mod checked;
mod completions;
mod config;
#[cfg(feature = "embedded")]
mod demo;
#[cfg(feature = "embedded")]
mod examples;
#[cfg(all(feature = "embedded", unix))]
mod faults;
mod fix;
mod formats;
mod help;
mod init;
#[cfg(all(feature = "embedded", unix))]
mod killed;
mod lint;
mod man;
#[cfg(feature = "embedded")]
mod map;
mod new;
#[cfg(feature = "embedded")]
mod plan;
#[cfg(feature = "embedded")]
mod project;
#[cfg(feature = "embedded")]
mod recorded;
#[cfg(feature = "embedded")]
mod reference;
#[cfg(feature = "embedded")]
mod repair;
#[cfg(feature = "embedded")]
mod replicas;
#[cfg(feature = "embedded")]
mod rollback;
mod rule;
mod sandbox;
#[cfg(feature = "embedded")]
mod serving;
#[cfg(feature = "embedded")]
mod store;
#[cfg(feature = "embedded")]
mod story;
#[cfg(feature = "embedded")]
mod watch;
