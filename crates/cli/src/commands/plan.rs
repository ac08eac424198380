//! `lodger plan`: what the migrations that are due will do to this database.

use clap::Args;
use lodger_database::prepare::{Prepared, prepare};
use lodger_migration::migration::Migration;
use lodger_migration::plan::{Plan, PlannedMigration};

use super::database::with_session;
use super::read_migrations;
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::findings::Findings;
use crate::output::json::{PlanJson, document};
use crate::output::progress::Watcher;
use crate::output::{Report, human};

const EXAMPLES: &str = "\
Examples:
  lodger plan --database-url postgres://postgres@localhost/app
  lodger plan --schema research
  lodger plan --format json

Exit code 1 means that `lodger apply` would refuse.";

/// Say what the migrations would do to the database, statement by statement
///
/// The database is only read: nothing is locked, and nothing written.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PlanArgs {}

/// The plan.
#[derive(Debug)]
pub(crate) struct PlanReport {
    pub(super) migrations: Vec<Migration>,
    pub(super) prepared: Prepared,
}

/// Reads the database, replays the migrations, and plans.
pub(crate) fn run(_args: &PlanArgs, context: &Context) -> Result<PlanReport, CommandError> {
    let settings = context.project_settings()?;
    let migrations = read_migrations(&context.config.migrations)?.migrations;
    let watcher = Watcher::new(context, "planning");
    let prepared = with_session(context, async |session| {
        prepare(session, &migrations, settings)
            .await
            .map_err(CommandError::from_library)
    })?;
    drop(watcher);
    Ok(PlanReport {
        migrations,
        prepared,
    })
}

impl Report for PlanReport {
    fn human(&self, context: &Context) -> String {
        let plan = &self.prepared.plan;
        let mut text = human::render_edited(plan, context.color);
        if !context.quiet {
            text.push_str(&human::render_plan(plan, context.color));
        }
        let renderer = context.renderer();
        text.push_str(&human::render_diagnostics(
            &plan.diagnostics,
            &self.migrations,
            &renderer,
        ));
        if !context.quiet {
            text.push_str(&human::verdict_line(plan));
        }
        text
    }

    fn json(&self, _context: &Context) -> Result<String, serde_json::Error> {
        document(&PlanJson::from(&self.prepared.plan))
    }

    fn findings(&self) -> Option<Findings<'_>> {
        Some(Findings {
            migrations: &self.migrations,
            diagnostics: &self.prepared.plan.diagnostics,
            obstacles: edited(&self.prepared.plan),
            ..Findings::default()
        })
    }

    fn exit(&self) -> ExitStatus {
        ExitStatus::of_checks(!self.prepared.plan.is_refused())
    }
}

/// A sentence for each file that was edited after it was applied.
pub(super) fn edited(plan: &Plan) -> Vec<String> {
    let sentence = |it: &PlannedMigration| {
        format!(
            "{} was edited after it was applied as version {}",
            it.file, it.version
        )
    };
    plan.edited().map(sentence).collect()
}
