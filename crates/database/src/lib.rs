//! What Postgres says and does.

pub mod connect;
