//! The JSON format, a versioned contract: fields may be added under one number, never removed or changed.
//!
//! These types are the contract. The inner types are not `Serialize`, so that a change of theirs cannot
//! change it by accident.

mod diagnostic;
mod object;

pub(crate) use diagnostic::DiagnosticJson;
pub(crate) use object::ObjectJson;

/// The contract's number.
pub(crate) const SCHEMA_VERSION: u32 = 1;
