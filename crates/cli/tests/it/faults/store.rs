//! The research store, in a database of its own project.

use std::process::Command;

use super::operation::{Place, write};
use crate::project::Project;
use crate::store::{CONFIG, MIGRATIONS};

/// The store's user without an account, and the one with.
pub(super) const GUEST: &str =
    "(select id from auth.users where is_anonymous order by created_at limit 1)";
pub(super) const MEMBER: &str =
    "(select id from auth.users where not is_anonymous order by created_at limit 1)";

/// A project whose store is there, with these rows.
pub(super) async fn with_store(place: &Place, rows: &str) -> Project {
    let project = Project::new(&place.url, &[]);
    project.sandbox().write("lodger.toml", CONFIG);
    let applied = project.run(&["apply", "--migrations", MIGRATIONS]);
    assert_eq!(applied.code, 0, "{applied:?}");
    write(place, &format!("set search_path = research; {rows}")).await;
    project
}

/// The command, with another way to the database.
pub(super) fn through(mut command: Command, url: &str) -> Command {
    command.env("DATABASE_URL", url);
    command
}
