//! What migration files say, and what Lodger decides about them.
//!
//! This crate is pure: no async, no database driver, no clock, no environment. It reads migration
//! files ([`directory`]), knows a catalog as plain data ([`catalog`]), and plans ([`plan`]) from three
//! inputs: what the files declare, what stands in the database, and the names in the text.

mod allowance;
pub mod catalog;
pub mod check;
pub mod clause;
pub mod diagnostic;
pub mod directory;
pub mod fix;
pub mod hex;
pub mod history;
pub mod lint;
pub mod map;
pub mod migration;
pub mod names;
pub mod object;
pub mod outcome;
pub mod owner;
mod page;
mod parallel;
pub mod parse;
pub mod plan;
pub mod project;
pub mod rehearse;
pub mod repair;
pub mod rules;
pub mod run;
pub mod settings;
pub mod squawk;
pub mod statement;
pub mod subject;
pub mod suppression;
pub mod verify;
