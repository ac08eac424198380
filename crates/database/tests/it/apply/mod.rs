//! Applying on the shared instance: all or nothing, compared with the plan, nobody else touched.

mod compared;
mod habits;
mod locks;
mod plans;
mod steps;
