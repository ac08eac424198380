//! `lodger rollback`: takes out what this project brought in, and nothing else.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args};
use lodger_database::export::ExportError;
use lodger_database::rollback::{
    Forgotten, RollbackError, RollbackOptions, RollbackOutcome, RollbackReport, RollbackTarget,
    rollback,
};
use lodger_migration::directory::read_directory;
use lodger_migration::migration::Migration;

use super::database::with_session;
use super::duration::parse_duration;
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::json::{RollbackJson, document};
use crate::output::saving::Saving;
use crate::output::{Report, human, terminal};

const EXAMPLES: &str = "\
Examples:
  lodger rollback --to 20251101040000          what later migrations brought in goes
  lodger rollback --all --export saved         everything goes, the rows are saved first
  lodger rollback --all --forget               Lodger's own schema goes too

Exit code 1 means that nothing was taken out: somebody else's objects depend on this project's, rows
would be lost, or the locks could not be had. Nothing is ever dropped with CASCADE.";

/// Take out what this project brought in, and nothing else
///
/// Works from the claims in the database alone: migration files that were edited or are gone do not matter.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[command(group(ArgGroup::new("target").required(true).args(["to", "all"])))]
pub(crate) struct RollbackArgs {
    /// Take out what migrations after this version brought in
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,

    /// Take out everything that this project brought in or adopted
    #[arg(long)]
    all: bool,

    /// Save the rows that go as CSV files in this folder, which has to be new or empty
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,

    /// Remove Lodger's own schema as well, unless another project uses it
    #[arg(long, conflicts_with = "to")]
    forget: bool,

    /// How long a statement may wait for a lock before everything is rolled back and tried again
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "1s")]
    lock_timeout: Duration,

    /// How often it is tried before it is given up
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..), default_value = "5")]
    attempts: u32,

    /// How long to wait while another run on the same project is under way
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "10s")]
    wait: Duration,
}

/// What was taken out.
#[derive(Debug)]
pub(crate) struct TakenOut {
    /// The project.
    pub(crate) project: String,
    /// What came of it.
    pub(crate) report: RollbackReport,
}

/// Rolls back.
pub(crate) fn run(args: RollbackArgs, context: &Context) -> Result<TakenOut, CommandError> {
    let settings = context.project_settings()?;
    let migrations = files(context);
    let target = match args.to {
        Some(version) => RollbackTarget::To(version),
        None => RollbackTarget::All,
    };
    let mut options = RollbackOptions {
        export: args.export,
        forget: args.forget,
        lock_timeout: args.lock_timeout,
        wait: args.wait,
        ..RollbackOptions::new(target)
    };
    options.retry.attempts = args.attempts;
    let saving = Saving::new(context);
    let mut watch = |event| saving.tell(&event);
    let report = with_session(context, async |session| {
        let done = rollback(session, &migrations, settings, &options, &mut watch).await;
        done.map_err(explain)
    })?;
    Ok(TakenOut {
        project: settings.project.clone(),
        report,
    })
}

/// The files, as far as they can be read: they only say what cannot be taken back.
fn files(context: &Context) -> Vec<Migration> {
    match read_directory(&context.config.migrations) {
        Ok(directory) => directory.migrations,
        Err(error) => {
            terminal::note(&format!("going by the claims alone: {error}"));
            Vec::new()
        }
    }
}

fn explain(error: RollbackError) -> CommandError {
    match &error {
        RollbackError::UnknownVersion { .. } | RollbackError::Export(ExportError::NotEmpty(_)) => {
            CommandError::usage(error.to_string())
        }
        _ => CommandError::from_library(error),
    }
}

impl Report for TakenOut {
    fn human(&self, context: &Context) -> String {
        human::render_rollback(&self.report, context)
    }

    fn json(&self, _context: &Context) -> Result<String, serde_json::Error> {
        document(&RollbackJson::new(&self.project, &self.report))
    }

    fn exit(&self) -> ExitStatus {
        let over = matches!(
            self.report.outcome,
            RollbackOutcome::TakenOut | RollbackOutcome::NothingToDo
        );
        let used = matches!(self.report.bookkeeping, Some(Forgotten::UsedBy(_)));
        ExitStatus::of_checks(over && !used)
    }
}
