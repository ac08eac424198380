//! Integration tests: against a private cluster, and against the embedded server.

mod base;
mod cluster;
