//! An apply that is killed, or whose server is, at any moment: every step is there or it is not, never in
//! between, and the next run carries on.

pub(crate) mod scene;
pub(crate) mod server;
mod serving;
mod sigkill;
