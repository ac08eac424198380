//! `lodger lint`: the rules over the migration files, without a database.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
#[cfg(feature = "embedded")]
use lodger_database::{embedded::EmbeddedServer, shadow::declare_all};
use lodger_migration::diagnostic::Diagnostic;
use lodger_migration::directory::MigrationDirectory;
use lodger_migration::lint::{lint, lint_while};
use lodger_migration::migration::Migration;
use lodger_migration::run::MigrationRun;
use lodger_migration::settings::Settings;
use schemars::JsonSchema;
use serde::Serialize;

use super::read_as_it_is;
use crate::config;
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::findings::Findings;
use crate::output::json::{DiagnosticJson, MigrationJson, SCHEMA_VERSION, document};
#[cfg(feature = "embedded")]
use crate::output::progress::Watcher;
use crate::output::{Report, human};

const EXAMPLES: &str = "\
Examples:
  lodger lint                                  the folder that lodger.toml names
  lodger lint supabase/migrations
  lodger lint migrations/20260131120000_create_sessions.sql
  lodger lint --static                         without executing them on the shadow database
  lodger lint --format json

Exit code 1 means at least one finding of weight `error`; `lodger rule ID` explains each.";

/// Report what the migrations would do to others, without a database
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LintArgs {
    /// A folder of migrations, or one file; by default the project's folder
    pub(crate) path: Option<PathBuf>,

    /// Read the text only, and do not execute it on the shadow database
    #[arg(long = "static")]
    pub(crate) static_only: bool,
}

/// What the rules found.
#[derive(Debug)]
pub(crate) struct LintReport {
    pub(super) directory: MigrationDirectory,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// The document that `lodger lint` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LintJson<'a> {
    schema_version: u32,
    project: &'a str,
    migrations: Vec<MigrationJson<'a>>,
    diagnostics: Vec<DiagnosticJson<'a>>,
}

/// Reads the files and runs the rules.
pub(crate) fn run(args: &LintArgs, context: &Context) -> Result<LintReport, CommandError> {
    let path = args.path.as_ref().unwrap_or(&context.config.migrations);
    // What is executed on is loaded while the files are read.
    #[cfg(feature = "embedded")]
    if !args.static_only && path.is_dir() {
        EmbeddedServer::preload();
    }
    let directory = read_as_it_is(path)?;
    let (settings, migrations) = (settings(context), &directory.migrations);
    let diagnostics = if args.static_only {
        lint(&settings, migrations, None)
    } else {
        lint_while(&settings, migrations, || declare(migrations, context))?
    };
    Ok(LintReport {
        directory,
        diagnostics,
    })
}

/// The project's settings. Nothing is recorded under the name; what names objects after the project
/// needs one all the same.
pub(super) fn settings(context: &Context) -> Settings {
    let mut settings = context.settings().clone();
    if settings.project.is_empty() {
        settings.project = config::project_of_folder().unwrap_or_default();
    }
    settings
}

/// What the migrations do on the shadow database.
#[cfg(feature = "embedded")]
pub(super) fn declare(
    migrations: &[Migration],
    context: &Context,
) -> Result<Option<Vec<MigrationRun>>, CommandError> {
    let _watcher = Watcher::new(context, "executing the migrations on the shadow database");
    super::database::block_on(load_declared(migrations, context)).map(Some)
}

/// Executes the migrations on a shadow database of their own.
#[cfg(feature = "embedded")]
pub(super) async fn load_declared(
    migrations: &[Migration],
    context: &Context,
) -> Result<Vec<MigrationRun>, CommandError> {
    let runs = declare_all(migrations, context.settings()).await;
    runs.map_err(CommandError::from_library)
}

/// Built without the embedded server: there is no shadow database.
#[cfg(not(feature = "embedded"))]
#[expect(clippy::unnecessary_wraps, reason = "the other one can fail")]
pub(super) fn declare(
    _: &[Migration],
    _: &Context,
) -> Result<Option<Vec<MigrationRun>>, CommandError> {
    Ok(None)
}

impl Report for LintReport {
    fn human(&self, context: &Context) -> String {
        let migrations = &self.directory.migrations;
        let mut text =
            human::render_diagnostics(&self.diagnostics, migrations, &context.renderer());
        if context.quiet {
            return text;
        }
        // Everything else in the folder is plainly no migration; a `.sql` file may be meant as one.
        for skipped in self.directory.skipped.iter().filter(|it| {
            Path::new(&it.file)
                .extension()
                .is_some_and(|it| it.eq_ignore_ascii_case("sql"))
        }) {
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "note: {} was left out: {}",
                skipped.file, skipped.reason
            );
        }
        text.push_str(&human::closing_line(migrations.len(), &self.diagnostics));
        text
    }

    fn json(&self, context: &Context) -> Result<String, serde_json::Error> {
        document(&LintJson {
            schema_version: SCHEMA_VERSION,
            project: &context.settings().project,
            migrations: MigrationJson::list(&self.directory.migrations),
            diagnostics: DiagnosticJson::list(&self.diagnostics),
        })
    }

    fn findings(&self) -> Option<Findings<'_>> {
        Some(Findings {
            migrations: &self.directory.migrations,
            diagnostics: &self.diagnostics,
            ..Findings::default()
        })
    }

    fn exit(&self) -> ExitStatus {
        ExitStatus::of_findings(&self.diagnostics)
    }
}
