//! What Postgres says and does.

pub mod base;
pub mod catalog;
pub mod connect;
