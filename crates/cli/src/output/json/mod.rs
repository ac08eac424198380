//! The JSON format, a versioned contract: fields may be added under one number, never removed or changed.
//!
//! These types are the contract. The inner types are not `Serialize`, so that a change of theirs cannot
//! change it by accident.

#[cfg(feature = "embedded")]
mod adopt;
#[cfg(feature = "embedded")]
mod apply;
#[cfg(feature = "embedded")]
mod checked;
mod diagnostic;
mod migration;
mod object;
#[cfg(feature = "embedded")]
mod plan;
#[cfg(feature = "embedded")]
mod repair;
#[cfg(feature = "embedded")]
mod rollback;
#[cfg(feature = "embedded")]
pub(crate) mod schemas;

#[cfg(feature = "embedded")]
pub(crate) use adopt::AdoptJson;
#[cfg(feature = "embedded")]
pub(crate) use apply::{ApplyJson, CheckJson};
#[cfg(feature = "embedded")]
pub(crate) use checked::CheckedJson;
pub(crate) use diagnostic::DiagnosticJson;
pub(crate) use migration::MigrationJson;
pub(crate) use object::ObjectJson;
#[cfg(feature = "embedded")]
pub(crate) use plan::{OwnerJson, PlanJson};
#[cfg(feature = "embedded")]
pub(crate) use repair::RepairJson;
#[cfg(feature = "embedded")]
pub(crate) use rollback::RollbackJson;

use serde::Serialize;

/// The contract's number.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// A document as text.
pub(crate) fn document(value: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(value)
}
