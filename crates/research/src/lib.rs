//! The research store.
