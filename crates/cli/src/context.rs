//! What every command is given: the resolved configuration and how to print.

use lodger_migration::settings::Settings;

use crate::args::{Format, GlobalArgs};
use crate::config::Config;
use crate::error::CommandError;

/// What every command is given.
#[derive(Debug)]
pub(crate) struct Context {
    /// How results are printed.
    pub(crate) format: Format,
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
            quiet: global.quiet,
            config: resolve(global)?,
        })
    }

    /// The project's settings.
    pub(crate) fn settings(&self) -> &Settings {
        &self.config.settings
    }
}
