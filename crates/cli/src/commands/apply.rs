//! `lodger apply`: carries out the plan, proving each step before its COMMIT.

use std::time::Duration;

use clap::Args;
use lodger_database::apply::{ApplyOptions, ApplyOutcome, ApplyReport, apply};
use lodger_migration::migration::Migration;

use super::database::with_session;
use super::duration::parse_duration;
use super::plan::edited;
use super::read_migrations;
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::findings::Findings;
use crate::output::json::{ApplyJson, document};
use crate::output::progress::Watcher;
use crate::output::{Report, human};

const EXAMPLES: &str = "\
Examples:
  lodger apply
  lodger apply --fingerprint 3f1c…          only if the catalog is still the reviewed plan's
  lodger apply --lock-timeout 250ms --wait 1m

Exit code 1 means that nothing, or not everything, was applied: the plan was refused, or a step did
something else than planned and was rolled back. The next run carries on after the last committed step.";

/// Carry out the plan, proving every step before its COMMIT
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ApplyArgs {
    /// Apply only if the catalog has this fingerprint, which `lodger plan` printed
    #[arg(long, value_name = "HEX")]
    fingerprint: Option<String>,

    /// How long a statement may wait for a lock before its step is rolled back and tried again
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "1s")]
    lock_timeout: Duration,

    /// How often a step is tried before it is given up
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..), default_value = "5")]
    attempts: u32,

    /// How long to wait while another apply of the same project runs
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "10s")]
    wait: Duration,
}

/// What was applied.
#[derive(Debug)]
pub(crate) struct AppliedReport {
    pub(super) migrations: Vec<Migration>,
    pub(super) report: ApplyReport,
}

/// Applies what is due.
pub(crate) fn run(args: ApplyArgs, context: &Context) -> Result<AppliedReport, CommandError> {
    let settings = context.project_settings()?;
    let migrations = read_migrations(&context.config.migrations)?.migrations;
    let mut options = ApplyOptions {
        lock_timeout: args.lock_timeout,
        wait: args.wait,
        expected_fingerprint: args.fingerprint,
        ..ApplyOptions::default()
    };
    options.retry.attempts = args.attempts;
    let watcher = Watcher::new(context, "planning");
    let mut watch = |event| watcher.tell(&event);
    let report = with_session(context, async |session| {
        let applied = apply(session, &migrations, settings, &options, &mut watch).await;
        applied.map_err(CommandError::from_library)
    })?;
    Ok(AppliedReport { migrations, report })
}

impl Report for AppliedReport {
    fn human(&self, context: &Context) -> String {
        human::render_apply(&self.report, &self.migrations, context)
    }

    fn json(&self, _context: &Context) -> Result<String, serde_json::Error> {
        document(&ApplyJson::from(&self.report))
    }

    fn findings(&self) -> Option<Findings<'_>> {
        Some(Findings {
            migrations: &self.migrations,
            diagnostics: &self.report.prepared.plan.diagnostics,
            obstacles: obstacles(&self.report),
            ..Findings::default()
        })
    }

    fn exit(&self) -> ExitStatus {
        ExitStatus::of_checks(self.report.outcome == ApplyOutcome::Applied)
    }
}

/// What kept it from being applied, besides findings.
fn obstacles(report: &ApplyReport) -> Vec<String> {
    let mut all = edited(&report.prepared.plan);
    match &report.outcome {
        ApplyOutcome::Applied | ApplyOutcome::Refused => {}
        ApplyOutcome::Stale { differences } => {
            let stale = |it: &String| format!("not as it was when the plan was made: {it}");
            all.extend(differences.iter().map(stale));
        }
        ApplyOutcome::RolledBack {
            version,
            differences,
        } => {
            let sentence = |it: &String| format!("migration {version} was rolled back: {it}");
            all.extend(differences.iter().map(sentence));
        }
        ApplyOutcome::LockNotAvailable { version, reason } => {
            all.push(format!(
                "migration {version} was rolled back: no lock ({reason})"
            ));
        }
    }
    all
}
