//! `lodger rehearse`: does what users will do, as real users, and takes all of it back.

use clap::Args;
use lodger_database::rehearse::{RehearseError, RehearseOptions, rehearse};
use uuid::Uuid;

use super::database::with_session;
use super::user_id::parse_user_id;
use crate::context::Context;
use crate::error::CommandError;
use crate::output::checked::Checked;
use crate::output::progress::Watcher;

const EXAMPLES: &str = "\
Examples:
  lodger rehearse                                  as two users that Lodger chooses, and as anon
  lodger rehearse --as 6f1c… --as 0b2e…            as these two: the first owns the rows
  lodger rehearse --format json

Everything happens in one transaction that is always rolled back, and afterwards nothing of it is left: row
counts, sequences and the catalog are compared. Users' names and addresses are neither read nor printed.

Exit code 1 means that somebody sees or changes what is not theirs, that an owner cannot do what a policy and
a grant let them do, that deleting a user takes too much or too little along, or that something was left.";

/// Do what users will do, as two of them, and roll all of it back
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RehearseArgs {
    /// Rehearse as this user; twice for both, the owner of the rows first
    #[arg(long = "as", value_name = "USER_ID", value_parser = parse_user_id)]
    as_users: Vec<Uuid>,

    /// Fire triggers too whose effects no rollback takes back: requests, other connections, sequences
    #[arg(long)]
    despite_side_effects: bool,
}

/// Rehearses with the tables that this project brought in.
pub(crate) fn run(args: RehearseArgs, context: &Context) -> Result<Checked, CommandError> {
    let settings = context.project_settings()?;
    let options = RehearseOptions {
        as_users: args.as_users,
        despite_side_effects: args.despite_side_effects,
    };
    let watcher = Watcher::new(context, "rehearsing");
    let mut watch = |event| watcher.tell_rehearsal(&event);
    let report = with_session(context, async |session| {
        let rehearsed = rehearse(session, settings, &options, &mut watch).await;
        rehearsed.map_err(explain)
    })?;
    Ok(Checked(report))
}

fn explain(error: RehearseError) -> CommandError {
    match error {
        RehearseError::WrongUsers { .. } | RehearseError::UnknownUser { .. } => {
            CommandError::usage(error.to_string()).hinted("name two users' ids with --as, or none")
        }
        _ => CommandError::from_library(error),
    }
}
