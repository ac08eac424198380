//! Sessions: made, listed, changed, moved, archived, deleted, by their owner alone.

mod changes;
mod lists;
mod made;
mod owners;
