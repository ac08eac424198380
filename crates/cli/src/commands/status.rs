//! `lodger status`: where each migration stands on this database.

use std::fmt::Write as _;

use clap::Args;
use lodger_database::prepare::Present;
use lodger_migration::history::{self, AppliedMigration};
use lodger_migration::migration::Migration;
use lodger_migration::plan::MigrationState;
use serde::Serialize;

use super::database::with_session;
use super::read_migrations;
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::json::{SCHEMA_VERSION, document};
use crate::output::{Report, human};

const EXAMPLES: &str = "\
Examples:
  lodger status
  lodger status --format json

Exit code 1 means that a migration was edited after it was applied, that its file is gone, or that
it was interrupted. Migrations that are still to be applied are no finding.";

/// Show where each migration stands on the database
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct StatusArgs {}

/// Where everything stands.
#[derive(Debug)]
pub(crate) struct StatusReport {
    project: String,
    migrations: Vec<Line>,
    objects: usize,
}

/// One migration.
#[derive(Debug, Serialize)]
struct Line {
    version: String,
    name: String,
    file: Option<String>,
    state: &'static str,
    /// When it was finished, or started, as RFC 3339.
    at: Option<String>,
    #[serde(skip)]
    is_wrong: bool,
}

/// The document that `lodger status` prints.
#[derive(Debug, Serialize)]
struct StatusJson<'a> {
    schema_version: u32,
    project: &'a str,
    migrations: &'a [Line],
    /// How many objects of the database this project claims.
    objects: usize,
}

/// Reads the history and compares it with the files.
pub(crate) fn run(_args: &StatusArgs, context: &Context) -> Result<StatusReport, CommandError> {
    let settings = context.project_settings()?;
    let migrations = read_migrations(&context.config.migrations)?.migrations;
    let present = with_session(context, async |session| {
        Present::load(session, &settings.project)
            .await
            .map_err(CommandError::from_library)
    })?;
    let claims = present.ownership.claims.values();
    Ok(StatusReport {
        project: settings.project.clone(),
        migrations: lines(&migrations, &present.history),
        objects: claims.filter(|it| **it == settings.project).count(),
    })
}

/// The files in order, and between them the versions whose files are gone.
fn lines(migrations: &[Migration], applied: &[AppliedMigration]) -> Vec<Line> {
    let states = history::states(migrations, applied);
    let of_file = |(migration, state): (&Migration, &MigrationState)| {
        let row = applied.iter().find(|it| it.version == migration.version);
        Line {
            version: migration.version.clone(),
            name: migration.name.clone(),
            file: Some(migration.file.clone()),
            state: state.as_str(),
            at: row.map(|it| it.at.clone()),
            is_wrong: matches!(
                state,
                MigrationState::Edited | MigrationState::Interrupted { .. }
            ),
        }
    };
    let of_row = |row: &AppliedMigration| Line {
        version: row.version.clone(),
        name: row.name.clone(),
        file: None,
        state: MigrationState::Missing.as_str(),
        at: Some(row.at.clone()),
        is_wrong: true,
    };
    let mut lines: Vec<Line> = migrations.iter().zip(&states).map(of_file).collect();
    lines.extend(history::missing(migrations, applied).map(of_row));
    lines.sort_by(|a, b| a.version.cmp(&b.version));
    lines
}

impl Report for StatusReport {
    fn human(&self, context: &Context) -> String {
        let shown = self
            .migrations
            .iter()
            .filter(|it| it.is_wrong || !context.quiet);
        let mut text: String = shown.map(Line::render).collect();
        if !context.quiet {
            let objects = human::count(self.objects, "object");
            // Writing to a String cannot fail.
            let _ = writeln!(text, "project {} claims {objects}", self.project);
        }
        text
    }

    fn json(&self, _context: &Context) -> Result<String, serde_json::Error> {
        document(&StatusJson {
            schema_version: SCHEMA_VERSION,
            project: &self.project,
            migrations: &self.migrations,
            objects: self.objects,
        })
    }

    fn exit(&self) -> ExitStatus {
        ExitStatus::of_checks(!self.migrations.iter().any(|it| it.is_wrong))
    }
}

impl Line {
    fn render(&self) -> String {
        let state = self.state.replace('_', " ");
        let at = self.at.as_deref().unwrap_or_default();
        let line = format!("{state:12} {} {}  {at}", self.version, self.name);
        format!("{}\n", line.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use lodger_migration::parse::parse_migration;

    use super::*;

    fn row(version: &str, checksum: &str, finished: bool) -> AppliedMigration {
        AppliedMigration {
            version: version.into(),
            name: "n".into(),
            checksum: checksum.into(),
            baseline: false,
            finished,
            steps: Vec::new(),
            steps_done: 1,
            at: "2026-01-31T12:00:00Z".into(),
        }
    }

    #[test]
    fn every_state_has_its_line_in_order_of_versions() {
        let file = |version| parse_migration(version, "n", "f.sql", b"select 1");
        let migrations = [file("1"), file("2"), file("4"), file("5")];
        let same = migrations[0].checksum.clone();
        let history = [
            row("1", &same, true),
            row("2", "other", true),
            row("3", "gone", true),
            row("4", &same, false),
        ];
        let lines = lines(&migrations, &history);
        let states: Vec<_> = lines
            .iter()
            .map(|it| (it.version.as_str(), it.state, it.is_wrong))
            .collect();
        assert_eq!(
            states,
            [
                ("1", "applied", false),
                ("2", "edited", true),
                ("3", "missing", true),
                ("4", "interrupted", true),
                ("5", "pending", false)
            ]
        );
        assert_eq!(
            lines[0].render(),
            "applied      1 n  2026-01-31T12:00:00Z\n"
        );
        assert_eq!(lines[4].render(), "pending      5 n\n");
    }
}
