//! How results reach the reader: one report per command, rendered in one of the formats.

#[cfg(feature = "embedded")]
pub(crate) mod checked;
pub(crate) mod created;
pub(crate) mod difference;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod paint;
#[cfg(feature = "embedded")]
pub(crate) mod progress;
#[cfg(all(test, feature = "embedded"))]
mod sample;
#[cfg(feature = "embedded")]
pub(crate) mod saving;
pub(crate) mod terminal;

use crate::args::Format;
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};

/// What a command found or did.
pub(crate) trait Report {
    /// For people.
    fn human(&self, context: &Context) -> String;

    /// For programs: the versioned contract. See [`json::document`].
    fn json(&self, context: &Context) -> Result<String, serde_json::Error>;

    /// How the process ends.
    fn exit(&self) -> ExitStatus;
}

/// Prints a report in the format that was asked for.
pub(crate) fn print(report: &dyn Report, context: &Context) -> Result<ExitStatus, CommandError> {
    let text = match context.format {
        Format::Human => report.human(context),
        Format::Json => report.json(context).map_err(|error| {
            CommandError::failed("the result cannot be written as JSON").because(error)
        })?,
    };
    terminal::print(&text)?;
    Ok(report.exit())
}
