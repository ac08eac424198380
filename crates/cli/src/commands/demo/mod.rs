//! `lodger demo`: the whole story, on a Postgres inside this process on which another project lives.

mod files;
mod reports;
mod scene;
mod story;

use std::time::Instant;

use clap::Args;

use super::database::block_on;
use crate::args::{Format, GlobalArgs};
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::{human, terminal};

const EXAMPLES: &str = "\
Examples:
  lodger demo
  lodger demo --color always | less -R

No database is needed or touched, DATABASE_URL included: a real PostgreSQL runs inside this process and
goes away with it. Nothing is read from or written to the working directory.

Exit code 1 means that something did not go as the story tells it.";

/// Show what Lodger does, on a Postgres inside this process that another project uses as well
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DemoArgs {}

/// The demo brings its own project along. What cannot be changed is refused rather than passed over.
pub(crate) fn context(global: GlobalArgs) -> Result<Context, CommandError> {
    let given = [
        ("--project", global.project.is_some()),
        ("--migrations", global.migrations.is_some()),
        ("--schema", global.schema.is_some()),
        ("--format json", global.format == Format::Json),
    ];
    if let Some((option, _)) = given.iter().find(|(_, given)| *given) {
        let message = format!("the demo has no {option}");
        return Err(CommandError::usage(message)
            .hinted("it brings its own project along, and prints for people only"));
    }
    Context::without_file(GlobalArgs {
        database_url: None,
        project: Some(files::PROJECT.to_owned()),
        ..global
    })
}

/// Tells the story, and whether it went as told.
pub(crate) fn run(_args: &DemoArgs, context: &Context) -> Result<ExitStatus, CommandError> {
    let started = Instant::now();
    let wrong = block_on(story::tell(context))?;
    let took = started.elapsed();
    let closing = match wrong {
        0 => format!("everything went as told, in {took:.1?}"),
        wrong => format!(
            "{} did NOT go as told, in {took:.1?}",
            human::count(wrong, "thing")
        ),
    };
    terminal::print(&closing)?;
    Ok(ExitStatus::of_checks(wrong == 0))
}
