//! `lodger adopt`: claims what the project had brought in before it used Lodger.

use std::path::PathBuf;

use clap::Args;
use lodger_database::adopt::{AdoptError, AdoptOptions, AdoptReport, adopt};
use lodger_migration::directory::read_file;

use super::database::with_session;
use super::read_migrations;
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::json::{AdoptJson, document};
use crate::output::progress::Watcher;
use crate::output::{Report, human};

const EXAMPLES: &str = "\
Examples:
  lodger adopt                            the migrations that are there already are recorded
  lodger adopt --to 20251101040000        those up to this version only
  lodger adopt --from old.sql             what was run by hand is claimed, so that it can be rolled back
  lodger adopt --from old.sql --dry-run

Exit code 1 means that nothing could be claimed, or that a migration is there in part only.";

/// Claim the objects that stand there exactly as this project's files declare them
///
/// An object that looks different, that another project claims, or that something else uses is left alone.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AdoptArgs {
    /// Claim what this SQL file declares instead of the project's migrations
    #[arg(long, value_name = "FILE", conflicts_with = "to")]
    from: Option<PathBuf>,

    /// Look at the migrations up to this version only
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,

    /// Record the migrations up to that version although they are not there as the files declare them
    ///
    /// For a database that a later migration makes right, such as what `lodger repair` writes.
    #[arg(long, requires = "to")]
    accept_differences: bool,

    /// Write nothing
    #[arg(long)]
    dry_run: bool,
}

/// What was adopted.
#[derive(Debug)]
pub(crate) struct Adopted {
    project: String,
    report: AdoptReport,
}

/// Compares and claims.
pub(crate) fn run(args: AdoptArgs, context: &Context) -> Result<Adopted, CommandError> {
    let settings = context.project_settings()?;
    let (from, migrations) = match &args.from {
        // The project's own migrations do not matter then.
        Some(path) => {
            let file = read_file(path).map_err(|error| CommandError::usage(error.to_string()))?;
            (Some(file), Vec::new())
        }
        None => (
            None,
            read_migrations(&context.config.migrations)?.migrations,
        ),
    };
    let options = AdoptOptions {
        from,
        version: args.to,
        accept_differences: args.accept_differences,
        dry_run: args.dry_run,
        ..AdoptOptions::default()
    };
    let _watcher = Watcher::new(context, "comparing");
    let report = with_session(context, async |session| {
        let done = adopt(session, &migrations, settings, &options).await;
        done.map_err(|error| match error {
            AdoptError::UnknownVersion { .. } => CommandError::usage(error.to_string()),
            _ => CommandError::from_library(error),
        })
    })?;
    Ok(Adopted {
        project: settings.project.clone(),
        report,
    })
}

impl Report for Adopted {
    fn human(&self, context: &Context) -> String {
        human::render_adopt(&self.report, context)
    }

    fn json(&self, _context: &Context) -> Result<String, serde_json::Error> {
        document(&AdoptJson::new(&self.project, &self.report))
    }

    fn exit(&self) -> ExitStatus {
        let report = &self.report;
        let found = !report.claimed.is_empty() || !report.already.is_empty();
        let nothing_wanted = report.left.is_empty() && report.unknown.is_empty();
        ExitStatus::of_checks((found || nothing_wanted) && report.not_recorded.is_empty())
    }
}
