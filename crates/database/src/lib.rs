//! What Postgres says and does.
//!
//! [`prepare`] reads a target, executes the migrations on a [`shadow`] and on a [`mirror`], and plans;
//! [`apply`] carries the plan out and proves each step before its COMMIT. [`catalog`] loads what stands
//! in a database, [`bookkeeping`] keeps who brought it in.

pub mod accounts;
#[cfg(feature = "embedded")]
pub mod adopt;
#[cfg(feature = "embedded")]
pub mod apply;
pub mod base;
pub mod bookkeeping;
pub mod catalog;
pub mod connect;
#[cfg(feature = "embedded")]
pub mod embedded;
#[cfg(feature = "embedded")]
pub mod export;
pub mod listen;
#[cfg(feature = "embedded")]
pub mod mirror;
pub mod pool;
#[cfg(feature = "embedded")]
pub mod prepare;
#[cfg(feature = "embedded")]
pub mod rehearse;
#[cfg(feature = "embedded")]
pub mod repair;
#[cfg(feature = "embedded")]
pub mod rollback;
pub mod scoped;
#[cfg(any(feature = "embedded", feature = "testing"))]
pub mod scratch;
#[cfg(feature = "embedded")]
pub mod shadow;
mod sql;
#[cfg(feature = "embedded")]
pub mod status;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "embedded")]
pub mod verify;
mod wire;
