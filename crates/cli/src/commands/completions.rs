//! `lodger completions`: scripts that let a shell complete `lodger`'s commands and options.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::Cli;
use crate::context::Context;
use crate::error::ExitStatus;
use crate::output::Report;
use crate::output::json::{SCHEMA_VERSION, document};

const EXAMPLES: &str = "\
Examples:
  lodger completions bash > ~/.local/share/bash-completion/completions/lodger
  lodger completions zsh > ~/.zfunc/_lodger                 a folder of zsh's fpath
  lodger completions fish > ~/.config/fish/completions/lodger.fish
  lodger completions powershell >> $PROFILE
  lodger completions elvish >> ~/.config/elvish/rc.elv";

/// Print a script that lets a shell complete commands and options
///
/// The script is printed only: where it belongs is the shell's affair, and the examples say the usual place.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// The script of one shell.
#[derive(Debug)]
pub(crate) struct Completions {
    shell: Shell,
    script: String,
}

/// Makes the script from the parser, so that it knows what this binary knows.
pub(crate) fn run(args: &CompletionsArgs) -> Completions {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "lodger", &mut script);
    Completions {
        shell: args.shell,
        script: String::from_utf8_lossy(&script).into_owned(),
    }
}

/// The document that `lodger completions` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CompletionsJson<'a> {
    schema_version: u32,
    shell: String,
    script: &'a str,
}

impl Report for Completions {
    fn human(&self, _context: &Context) -> String {
        self.script.clone()
    }

    fn json(&self, _context: &Context) -> Result<String, serde_json::Error> {
        document(&CompletionsJson {
            schema_version: SCHEMA_VERSION,
            shell: self.shell.to_string(),
            script: &self.script,
        })
    }

    fn exit(&self) -> ExitStatus {
        ExitStatus::Clean
    }
}
