//! Integration tests of the crate: one module per feature.

mod fix;
mod fuzzed;
mod lint;
mod rules;
mod support;
mod suppression;
