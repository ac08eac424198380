//! The commands: one file each, and the one place that calls them.

#[cfg(feature = "embedded")]
pub(crate) mod adopt;
#[cfg(feature = "embedded")]
pub(crate) mod apply;
pub(crate) mod completions;
#[cfg(feature = "embedded")]
mod database;
#[cfg(feature = "embedded")]
pub(crate) mod demo;
mod duration;
pub(crate) mod fix;
pub(crate) mod init;
pub(crate) mod lint;
pub(crate) mod man;
#[cfg(feature = "embedded")]
pub(crate) mod map;
pub(crate) mod new;
#[cfg(feature = "embedded")]
pub(crate) mod plan;
pub(crate) mod reference;
#[cfg(feature = "embedded")]
pub(crate) mod rehearse;
#[cfg(feature = "embedded")]
pub(crate) mod repair;
#[cfg(feature = "embedded")]
pub(crate) mod rollback;
pub(crate) mod rule;
pub(crate) mod serve;
mod serving;
#[cfg(feature = "embedded")]
pub(crate) mod status;
mod store;
pub(crate) mod transfer;
#[cfg(feature = "embedded")]
pub(crate) mod up;
mod user_id;
#[cfg(feature = "embedded")]
pub(crate) mod verify;
pub(crate) mod watch;

use std::path::Path;

#[cfg(feature = "embedded")]
use lodger_database::scratch::ScratchSpace;
use lodger_migration::directory::{
    DirectoryError, MigrationDirectory, read_directory, read_directory_as_it_is,
};

use crate::args::{Cli, Command};
#[cfg(feature = "embedded")]
use crate::config;
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output;

/// Runs the command that was asked for and prints its report.
pub(crate) fn run(cli: Cli) -> Result<ExitStatus, CommandError> {
    // Said before anything is done.
    if cli.global.format.is_for_findings() && !cli.command.has_findings() {
        return Err(output::no_findings());
    }
    let context = match cli.command {
        // They do not ask for a configuration, so they must not stumble over one that is there.
        Command::Init(_) | Command::Completions(_) | Command::Man(_) => {
            Context::without_file(cli.global)?
        }
        #[cfg(feature = "embedded")]
        Command::Demo(_) => demo::context(cli.global)?,
        #[cfg(feature = "embedded")]
        Command::Up(_) => up::context(cli.global)?,
        _ => Context::resolve(cli.global)?,
    };
    // Without one, temporary files are where they always are.
    #[cfg(feature = "embedded")]
    let _scratch = ScratchSpace::claim(config::temporary_folder()).ok();
    match cli.command {
        #[cfg(feature = "embedded")]
        Command::Demo(args) => demo::run(&args, &context),
        Command::Init(args) => output::print(init::run(&args, &context)?, &context),
        Command::Lint(args) => output::print(lint::run(&args, &context)?, &context),
        Command::Fix(args) => output::print(fix::run(&args, &context)?, &context),
        Command::New(args) => output::print(new::run(&args, &context)?, &context),
        #[cfg(feature = "embedded")]
        Command::Plan(args) => output::print(plan::run(&args, &context)?, &context),
        #[cfg(feature = "embedded")]
        Command::Apply(args) => output::print(apply::run(args, &context)?, &context),
        #[cfg(feature = "embedded")]
        Command::Adopt(args) => output::print(adopt::run(args, &context)?, &context),
        #[cfg(feature = "embedded")]
        Command::Repair(args) => output::print(repair::run(args, &context)?, &context),
        #[cfg(feature = "embedded")]
        Command::Rollback(args) => output::print(rollback::run(args, &context)?, &context),
        #[cfg(feature = "embedded")]
        Command::Status(args) => output::print(status::run(&args, &context)?, &context),
        #[cfg(feature = "embedded")]
        Command::Verify(args) => output::print(verify::run(&args, &context)?, &context),
        #[cfg(feature = "embedded")]
        Command::Rehearse(args) => output::print(rehearse::run(args, &context)?, &context),
        #[cfg(feature = "embedded")]
        Command::Map(args) => output::print(map::run(&args, &context)?, &context),
        #[cfg(feature = "embedded")]
        Command::Up(args) => up::run(&args, &context),
        Command::Serve(args) => serve::run(&args, &context),
        Command::Transfer(args) => output::print(transfer::run(&args, &context)?, &context),
        Command::Watch(args) => watch::run(&args, &context),
        Command::Rule(args) => output::print(rule::run(&args)?, &context),
        Command::Completions(args) => output::print(completions::run(&args), &context),
        Command::Man(args) => output::print(man::run(&args)?, &context),
        Command::Reference(args) => output::print(reference::run(&args)?, &context),
    }
}

/// Reads a folder of migrations, or one file, to be applied.
fn read_migrations(path: &Path) -> Result<MigrationDirectory, CommandError> {
    read_directory(path).map_err(|error| not_read(&error))
}

/// Reads a folder of migrations, or one file, whatever is wrong with their versions.
fn read_as_it_is(path: &Path) -> Result<MigrationDirectory, CommandError> {
    read_directory_as_it_is(path).map_err(|error| not_read(&error))
}

fn not_read(error: &DirectoryError) -> CommandError {
    match error {
        DirectoryError::Unreadable { .. } => CommandError::failed(error.to_string()),
        DirectoryError::Missing { .. } | DirectoryError::Empty { .. } => CommandError::usage(
            error.to_string(),
        )
        .hinted("name the folder in lodger.toml or with --migrations; `lodger init` makes one"),
        _ => CommandError::usage(error.to_string()),
    }
}
