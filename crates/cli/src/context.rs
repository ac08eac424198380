//! What every command is given: the resolved configuration and how to print.

use std::io::{self, IsTerminal as _};

use annotate_snippets::Renderer;
use lodger_migration::settings::Settings;

use crate::args::{Format, GlobalArgs};
use crate::config::Config;
use crate::error::CommandError;
use crate::output::terminal;

/// What every command is given.
#[derive(Debug)]
pub(crate) struct Context {
    /// How results are printed.
    pub(crate) format: Format,
    /// Colour on standard output.
    pub(crate) color: bool,
    /// Findings and errors only.
    pub(crate) quiet: bool,
    /// `lodger.toml` and the command line, put together.
    pub(crate) config: Config,
}

impl Context {
    /// Reads `lodger.toml` and resolves the global options against it.
    pub(crate) fn resolve(global: GlobalArgs) -> Result<Self, CommandError> {
        Self::new(global, Config::resolve)
    }

    /// Resolves the global options against the defaults alone.
    pub(crate) fn without_file(global: GlobalArgs) -> Result<Self, CommandError> {
        Self::new(global, Config::without_file)
    }

    fn new(
        global: GlobalArgs,
        resolve: impl FnOnce(GlobalArgs) -> Result<Config, CommandError>,
    ) -> Result<Self, CommandError> {
        Ok(Self {
            format: global.format,
            color: terminal::wants_color(global.color, io::stdout().is_terminal()),
            quiet: global.quiet,
            config: resolve(global)?,
        })
    }

    /// The project's settings.
    pub(crate) fn settings(&self) -> &Settings {
        &self.config.settings
    }

    /// Renders findings.
    pub(crate) fn renderer(&self) -> Renderer {
        terminal::renderer(self.color)
    }

    /// The project's settings, for a command that keeps or reads a history: the project needs a name.
    pub(crate) fn project_settings(&self) -> Result<&Settings, CommandError> {
        if self.config.settings.project.is_empty() {
            return Err(CommandError::usage("the project has no name")
                .hinted("name it in lodger.toml (`lodger init` writes one) or with --project"));
        }
        Ok(&self.config.settings)
    }

    /// The database's address.
    pub(crate) fn database_url(&self) -> Result<&str, CommandError> {
        match self.config.database_url.as_deref() {
            Some(url) if !url.is_empty() => Ok(url),
            _ => Err(CommandError::usage("no database is named").hinted(
                "set DATABASE_URL or give --database-url postgres://user:password@host:port/name",
            )),
        }
    }
}
