//! `lodger verify`: is what was applied there, as it was applied?

use clap::Args;
use lodger_database::verify::verify;

use super::database::with_session;
use super::read_migrations;
use crate::context::Context;
use crate::error::CommandError;
use crate::output::checked::Checked;
use crate::output::progress::Watcher;

const EXAMPLES: &str = "\
Examples:
  lodger verify
  lodger verify --quiet                what does not hold, and nothing else
  lodger verify --format json

Exit code 1 means that something is missing, differs from what was applied, or was put on this
project's tables by somebody else. Nothing is written, and nothing locked.";

/// Verify that what was applied is there: foreign keys by OID, policies, grants, drift
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct VerifyArgs {}

/// Compares what the applied migrations declare with what is there.
pub(crate) fn run(_args: &VerifyArgs, context: &Context) -> Result<Checked, CommandError> {
    let settings = context.project_settings()?;
    let migrations = read_migrations(&context.config.migrations)?.migrations;
    let _watcher = Watcher::new(context, "verifying");
    let report = with_session(context, async |session| {
        let verified = verify(session, &migrations, settings).await;
        verified.map_err(CommandError::from_library)
    })?;
    Ok(Checked(report))
}
