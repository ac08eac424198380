//! What handlers take from a request, each refusing what it cannot read.

mod body;
mod id;
mod mend;
mod parameters;
mod user;

pub(crate) use body::{Body, Input};
pub(crate) use id::Id;
pub(crate) use parameters::Parameters;
pub(crate) use user::{User, bearer};
