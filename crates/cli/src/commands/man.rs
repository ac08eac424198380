//! `lodger man`: manual pages, one for each command.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man;

use crate::args::Cli;
use crate::error::CommandError;
use crate::output::created::Created;

const EXAMPLES: &str = "\
Examples:
  lodger man ~/.local/share/man/man1         then `man lodger`, `man lodger-plan`
  lodger man pages && man -l pages/lodger-apply.1";

/// Write manual pages into a folder, one for each command
///
/// The folder is made where it is not there; pages of an older version are replaced.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ManArgs {
    /// The folder
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

/// Writes the pages.
pub(crate) fn run(args: &ManArgs) -> Result<Created, CommandError> {
    let unwritten = |path: &Path, error: io::Error| {
        CommandError::failed(format!("{} cannot be written", path.display())).because(error)
    };
    fs::create_dir_all(&args.folder).map_err(|it| unwritten(&args.folder, it))?;
    let mut paths = Vec::new();
    for command in commands() {
        let page = Man::new(command);
        let path = args.folder.join(page.get_filename());
        let mut text = Vec::new();
        page.render(&mut text)
            .and_then(|()| fs::write(&path, text))
            .map_err(|it| unwritten(&path, it))?;
        paths.push(path);
    }
    Ok(Created {
        paths,
        next: Vec::new(),
    })
}

/// `lodger` itself and every command that its help lists.
fn commands() -> Vec<Command> {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let listed = root.get_subcommands().filter(|it| !it.is_hide_set());
    let listed: Vec<Command> = listed.cloned().collect();
    std::iter::once(root).chain(listed).collect()
}
