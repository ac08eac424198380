//! `lodger status`: where the project stands on this database.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::Args;
use lodger_database::status::{self, MigrationStatus};
use schemars::JsonSchema;
use serde::Serialize;

use super::database::with_session;
use super::read_migrations;
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::json::{ObjectJson, SCHEMA_VERSION, document};
use crate::output::{Report, human};

const EXAMPLES: &str = "\
Examples:
  lodger status
  lodger status --format json

Exit code 1 means that a migration was edited after it was applied, that its file is gone, that it was
interrupted, or that an object of the project is gone or an index INVALID. Migrations that are still to be
applied are no finding.";

/// Show where each migration stands on the database
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct StatusArgs {}

/// Where everything stands.
#[derive(Debug)]
pub(crate) struct StatusReport(status::StatusReport);

/// The document that `lodger status` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StatusJson<'a> {
    schema_version: u32,
    project: &'a str,
    /// Lodger's own schema is there.
    bookkeeping: bool,
    migrations: Vec<Line<'a>>,
    /// How many objects of the database this project claims.
    objects: usize,
    /// How many each project claims.
    projects: &'a BTreeMap<String, usize>,
    gone: &'a [String],
    invalid_indexes: Vec<ObjectJson<'a>>,
}

/// One migration.
#[derive(Debug, Serialize, JsonSchema)]
struct Line<'a> {
    version: &'a str,
    name: &'a str,
    file: Option<&'a str>,
    state: &'static str,
    /// When it was finished, or started, as RFC 3339.
    at: Option<&'a str>,
    steps_done: Option<usize>,
    steps: Option<usize>,
}

/// Reads the history and compares it with the files and the catalog.
pub(crate) fn run(_args: &StatusArgs, context: &Context) -> Result<StatusReport, CommandError> {
    let settings = context.project_settings()?;
    let migrations = read_migrations(&context.config.migrations)?.migrations;
    let report = with_session(context, async |session| {
        status::status(session, &migrations, settings)
            .await
            .map_err(CommandError::from_library)
    })?;
    Ok(StatusReport(report))
}

impl Report for StatusReport {
    fn human(&self, context: &Context) -> String {
        let report = &self.0;
        let shown = report
            .migrations
            .iter()
            .filter(|it| it.is_wrong() || !context.quiet);
        let mut text: String = shown.map(render).collect();
        // Writing to a String cannot fail.
        let mut add = |line: String| {
            let _ = writeln!(text, "{line}");
        };
        for identity in &report.gone {
            add(format!("gone         {identity}"));
        }
        for index in &report.invalid_indexes {
            add(format!("INVALID      {index}"));
        }
        if !context.quiet {
            for (project, objects) in &report.objects {
                let objects = human::count(*objects, "object");
                add(format!("project {project} claims {objects}"));
            }
            if !report.bookkeeping {
                add("nothing was ever applied or adopted on this database".to_owned());
            }
        }
        text
    }

    fn json(&self, _context: &Context) -> Result<String, serde_json::Error> {
        let report = &self.0;
        let own = report.objects.get(&report.project);
        document(&StatusJson {
            schema_version: SCHEMA_VERSION,
            project: &report.project,
            bookkeeping: report.bookkeeping,
            migrations: report.migrations.iter().map(line).collect(),
            objects: own.copied().unwrap_or_default(),
            projects: &report.objects,
            gone: &report.gone,
            invalid_indexes: report
                .invalid_indexes
                .iter()
                .map(ObjectJson::from)
                .collect(),
        })
    }

    fn exit(&self) -> ExitStatus {
        ExitStatus::of_checks(self.0.is_sound())
    }
}

fn line(it: &MigrationStatus) -> Line<'_> {
    Line {
        version: &it.version,
        name: &it.name,
        file: it.file.as_deref(),
        state: it.state.as_str(),
        at: it.at.as_deref(),
        steps_done: it.steps.map(|(done, _)| done),
        steps: it.steps.map(|(_, all)| all),
    }
}

fn render(it: &MigrationStatus) -> String {
    let state = it.state.as_str().replace('_', " ");
    let at = it.at.as_deref().unwrap_or_default();
    let steps = match it.steps {
        Some((done, all)) if done < all => format!("  step {done} of {all}"),
        _ => String::new(),
    };
    let line = format!("{state:12} {} {}  {at}", it.version, it.name);
    format!("{}{steps}\n", line.trim_end())
}

#[cfg(test)]
mod tests {
    use lodger_migration::plan::MigrationState;

    use super::*;

    #[test]
    fn a_line_tells_the_state_the_time_and_how_far_it_got() {
        let mut it = MigrationStatus {
            version: "4".into(),
            name: "n".into(),
            file: None,
            state: MigrationState::Interrupted { steps_done: 1 },
            at: Some("2026-01-31T12:00:00Z".into()),
            steps: Some((1, 3)),
        };
        assert_eq!(
            render(&it),
            "interrupted  4 n  2026-01-31T12:00:00Z  step 1 of 3\n"
        );
        it.state = MigrationState::Pending;
        (it.at, it.steps) = (None, None);
        assert_eq!(render(&it), "pending      4 n\n");
    }
}
