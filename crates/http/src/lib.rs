//! The research store over HTTP: its API, its tokens, its sign-in and its page.
//!
//! [`App`] is everything that answers requests, [`Server`] is where it listens. [`token`] proves who is asking,
//! [`problem`] is how anything that goes wrong is told.

mod app;
mod etag;
mod extract;
mod metrics;
mod once;
pub mod page;
pub mod problem;
mod rate;
mod routes;
mod server;
mod shell;
pub mod sign_in;
pub mod token;
mod written;

pub use app::{App, AppSettings, Limits};
pub use routes::events::parse_event_id;
pub use routes::openapi;
pub use server::{Place, Server, ServerError};
pub use shell::cors::Origins;
