//! What can be rehearsed with a project's tables: which of them belong to users and how, what to put
//! into them, and what a rehearsal must not set off because no rollback takes it back.

pub mod side_effect;
mod subject;
pub mod value;

pub use subject::{Key, LeftOut, Subject, Subjects, Target, subjects};
