//! `lodger repair`: writes migrations for a database where a wrong migration has already run.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use lodger_database::export::ExportError;
use lodger_database::repair::{OrphanChoice, RepairError, RepairOutcome, RepairReport, repair};
use lodger_migration::directory::{DirectoryError, read_directory_as_it_is};
use lodger_migration::migration::Migration;
use uuid::Uuid;

use super::database::with_session;
use super::not_read;
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::json::{RepairJson, document};
use crate::output::migration_files::{self, MigrationFiles};
use crate::output::saving::Saving;
use crate::output::{Report, human};

const EXAMPLES: &str = "\
Examples:
  lodger adopt --from old.sql                     say which tables the file that was run has made
  lodger repair --dry-run                         what is wrong, and the migration that makes it right
  lodger repair                                   write it; `lodger plan` and `lodger apply` do the rest
  lodger repair --orphans keep                    rows without a user stay; new rows are checked
  lodger repair --orphans delete --export saved   they go, and are saved first
  lodger repair --orphans map --owners map.csv    they get the owners that the file names

The map is a CSV file with two columns and no first line of names: the old owner's id, the new owner's id.
Exit code 1 means that nothing was written: rows have owners who are not users, and it is not said what
becomes of them, or a foreign key cannot be repaired like this.";

/// Write migrations that make foreign keys point at auth.users where a wrong migration has already run
///
/// Looks at the tables that the project has claimed. A foreign key to another table of users gets a right
/// one beside it (NOT VALID), goes, and the right one takes its name and is validated. Rows whose owner is
/// not a user are counted; no row is lost. Nothing in the database is changed by this command.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RepairArgs {
    /// What becomes of rows whose owner is not a user
    #[arg(long, value_enum, default_value_t)]
    orphans: OrphansArg,

    /// Save the rows that `--orphans delete` deletes as CSV files in this folder, which has to be new or empty
    #[arg(long, value_name = "DIR", required_if_eq("orphans", "delete"))]
    export: Option<PathBuf>,

    /// The old and new owners for `--orphans map`
    #[arg(long, value_name = "FILE", required_if_eq("orphans", "map"))]
    owners: Option<PathBuf>,

    /// Print the migrations and write no file
    #[arg(long, conflicts_with = "export")]
    dry_run: bool,
}

/// What becomes of rows whose owner is not a user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OrphansArg {
    /// Nothing is written while there are any
    #[default]
    Refuse,
    /// They stay, and the foreign keys stay NOT VALID
    Keep,
    /// They go, with what refers to them, and are saved first
    Delete,
    /// They get other owners
    Map,
}

/// What was found and written.
#[derive(Debug)]
pub(crate) struct Repaired {
    project: String,
    report: RepairReport,
    /// The files, one for each migration; none in a dry run.
    files: MigrationFiles,
}

/// Looks, and writes the migrations.
pub(crate) fn run(args: RepairArgs, context: &Context) -> Result<Repaired, CommandError> {
    let settings = context.project_settings()?;
    let choice = match (args.orphans, args.export, &args.owners) {
        (OrphansArg::Refuse, None, None) => OrphanChoice::Refuse,
        (OrphansArg::Keep, None, None) => OrphanChoice::Keep,
        (OrphansArg::Delete, Some(folder), None) => OrphanChoice::Delete(folder),
        (OrphansArg::Map, None, Some(file)) => OrphanChoice::Map(read_owners(file)?),
        _ => {
            return Err(CommandError::usage(
                "--export goes with --orphans delete, and --owners with --orphans map",
            ));
        }
    };
    let migrations = migrations_there(&context.config.migrations)?;
    let saving = Saving::new(context);
    let mut watch = |it: lodger_database::export::Saving| saving.rows(&it.table, it.rows, it.of);
    let report = with_session(context, async |session| {
        let done = repair(session, &migrations, settings, &choice, &mut watch).await;
        done.map_err(explain)
    })?;
    drop(saving);
    let files = if args.dry_run || report.migrations.is_empty() {
        MigrationFiles::default()
    } else {
        migration_files::write(&context.config.migrations, &report.migrations)?
    };
    Ok(Repaired {
        project: settings.project.clone(),
        report,
        files,
    })
}

/// The project's migrations. Before the first repair there may be none, and no folder for them.
fn migrations_there(folder: &Path) -> Result<Vec<Migration>, CommandError> {
    match read_directory_as_it_is(folder) {
        Ok(directory) => Ok(directory.migrations),
        Err(DirectoryError::Missing { .. } | DirectoryError::Empty { .. }) => Ok(Vec::new()),
        Err(error) => Err(not_read(&error)),
    }
}

fn read_owners(file: &Path) -> Result<Vec<(Uuid, Uuid)>, CommandError> {
    let unreadable = |why: String| {
        CommandError::usage(format!("{}: {why}", file.display()))
            .hinted("one line for each owner: the old id, a comma, the new id")
    };
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_path(file);
    let mut reader = reader.map_err(|error| unreadable(error.to_string()))?;
    let mut owners = Vec::new();
    for row in reader.deserialize() {
        owners.push(row.map_err(|error| unreadable(error.to_string()))?);
    }
    if owners.is_empty() {
        return Err(unreadable("the map is empty".to_owned()));
    }
    Ok(owners)
}

fn explain(error: RepairError) -> CommandError {
    match &error {
        RepairError::NotApplied(_) => CommandError::usage(error.to_string()).hinted(
            "`lodger apply` carries them out; where they do not fit any more, delete these files and run \
             `lodger repair` again",
        ),
        RepairError::NothingClaimed { .. }
        | RepairError::MappedTwice
        | RepairError::NotMapped(_)
        | RepairError::NotUsers(_)
        | RepairError::Export(ExportError::NotEmpty(_)) => CommandError::usage(error.to_string()),
        _ => CommandError::from_library(error),
    }
}

impl Report for Repaired {
    fn human(&self, context: &Context) -> String {
        human::render_repair(&self.report, &self.files, context)
    }

    fn json(&self, _context: &Context) -> Result<String, serde_json::Error> {
        document(&RepairJson::new(
            &self.project,
            &self.report,
            &self.files.paths,
        ))
    }

    fn exit(&self) -> ExitStatus {
        let report = &self.report;
        ExitStatus::of_checks(report.outcome != RepairOutcome::Orphans && report.left.is_empty())
    }
}
