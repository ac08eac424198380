//! Chores of the workspace; not shipped.
fn main() {}
