//! The command line: global options and the list of commands.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::commands;

const EXIT_CODES: &str = "\
Exit codes:
  0    clean
  1    findings, refused, rolled back, or the database is not as asked
  2    usage or configuration
  3    could not do it: connection, SQL error, file system
  101  a bug in lodger
  130  interrupted

Start with `lodger init`; `lodger COMMAND --help` shows examples.";

/// Bring a project's tables into a Postgres that it shares, and prove that nobody else was touched
#[derive(Debug, Parser)]
#[command(name = "lodger", version, after_help = EXIT_CODES)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command understands. What is not given comes from `lodger.toml`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// The database, as `postgres://user:password@host:port/name`
    #[arg(
        long,
        global = true,
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) database_url: Option<String>,

    /// The project's name: the key of its history and its claims
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) project: Option<String>,

    /// The folder with the project's migrations
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) migrations: Option<PathBuf>,

    /// The home schema: where the project's unqualified names go
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) schema: Option<String>,

    /// How results are printed
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(crate) format: Format,

    /// When to colour what is printed
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,

    /// Print findings and errors only
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Say what is being done; twice for more
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, with excerpts of the source
    #[default]
    Human,
    /// One JSON document with `"schema_version": 1`
    Json,
    /// Findings as SARIF 2.1.0, for code hosts
    Sarif,
    /// Findings as annotations of GitHub Actions
    Github,
    /// Findings as JUnit XML, for CI servers
    Junit,
}

impl Format {
    /// It has room for findings and for nothing else.
    pub(crate) fn is_for_findings(self) -> bool {
        matches!(self, Self::Sarif | Self::Github | Self::Junit)
    }
}

/// When to colour what is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands, in the order in which a project meets them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[cfg(feature = "embedded")]
    Demo(commands::demo::DemoArgs),
    Init(commands::init::InitArgs),
    New(commands::new::NewArgs),
    Lint(commands::lint::LintArgs),
    Fix(commands::fix::FixArgs),
    #[cfg(feature = "embedded")]
    Plan(commands::plan::PlanArgs),
    #[cfg(feature = "embedded")]
    Apply(commands::apply::ApplyArgs),
    #[cfg(feature = "embedded")]
    Adopt(commands::adopt::AdoptArgs),
    #[cfg(feature = "embedded")]
    Repair(commands::repair::RepairArgs),
    #[cfg(feature = "embedded")]
    Rollback(commands::rollback::RollbackArgs),
    #[cfg(feature = "embedded")]
    Status(commands::status::StatusArgs),
    #[cfg(feature = "embedded")]
    Verify(commands::verify::VerifyArgs),
    #[cfg(feature = "embedded")]
    Rehearse(commands::rehearse::RehearseArgs),
    #[cfg(feature = "embedded")]
    Map(commands::map::MapArgs),
    #[cfg(feature = "embedded")]
    Up(commands::up::UpArgs),
    Serve(commands::serve::ServeArgs),
    Transfer(commands::transfer::TransferArgs),
    Watch(commands::watch::WatchArgs),
    Rule(commands::rule::RuleArgs),
    Completions(commands::completions::CompletionsArgs),
    Man(commands::man::ManArgs),
    #[command(hide = true)]
    Reference(commands::reference::ReferenceArgs),
}

impl Command {
    /// It looks for something, so that there are findings to print.
    pub(crate) fn has_findings(&self) -> bool {
        match self {
            Self::Lint(_) => true,
            #[cfg(feature = "embedded")]
            Self::Plan(_) | Self::Apply(_) | Self::Verify(_) | Self::Rehearse(_) => true,
            _ => false,
        }
    }
}
