//! Taking everything along, erasing it, and what whoever runs the store does from time to time.
//!
//! Erasing, sweeping and pruning run as `service_role`: users may not delete events and receipts, and may neither
//! read nor delete accounts. Each statement names the one user that it is about, or a time that is past.

mod erase;
mod export;
mod prune;
mod sweep;

pub use erase::Erased;
pub use export::ExportRecord;
pub use prune::{Prune, Pruned};
pub use sweep::{Abandoned, Sweep, Swept};
