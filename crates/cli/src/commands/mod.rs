//! The commands: one file each, and the one place that calls them.

pub(crate) mod init;
pub(crate) mod new;
pub(crate) mod reference;

use crate::args::{Cli, Command};
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output;

/// Runs the command that was asked for and prints its report.
pub(crate) fn run(cli: Cli) -> Result<ExitStatus, CommandError> {
    let context = match cli.command {
        // It makes the configuration, so it must not stumble over one that is there.
        Command::Init(_) => Context::without_file(cli.global)?,
        _ => Context::resolve(cli.global)?,
    };
    match cli.command {
        Command::Init(args) => output::print(&init::run(&args, &context)?, &context),
        Command::New(args) => output::print(&new::run(&args, &context)?, &context),
        Command::Reference(args) => output::print(&reference::run(&args)?, &context),
    }
}
