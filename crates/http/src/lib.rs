//! The research store over HTTP: its API, its tokens, its sign-in and its page.

pub mod token;
