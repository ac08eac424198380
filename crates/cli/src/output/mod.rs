//! How results reach the reader: one report per command, rendered in one of the formats.

#[cfg(feature = "embedded")]
pub(crate) mod checked;
pub(crate) mod created;
pub(crate) mod difference;
pub(crate) mod findings;
pub(crate) mod human;
pub(crate) mod json;
#[cfg(feature = "embedded")]
pub(crate) mod map;
pub(crate) mod migration_files;
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
use findings::Findings;

/// What a command found or did.
pub(crate) trait Report {
    /// For people.
    fn human(&self, context: &Context) -> String;

    /// For programs: the versioned contract. See [`json::document`].
    fn json(&self, context: &Context) -> Result<String, serde_json::Error>;

    /// What was found, for the formats that print nothing else; `None` where nothing is looked for.
    fn findings(&self) -> Option<Findings<'_>> {
        None
    }

    /// How the process ends.
    fn exit(&self) -> ExitStatus;
}

/// Prints a report in the format that was asked for.
pub(crate) fn print(report: impl Report, context: &Context) -> Result<ExitStatus, CommandError> {
    terminal::print(&render(&report, context)?)?;
    let exit = report.exit();
    // The process ends here. To give back a large catalog piece by piece takes longer than to let it go.
    std::mem::forget(report);
    Ok(exit)
}

fn render(report: &dyn Report, context: &Context) -> Result<String, CommandError> {
    let findings = || report.findings().ok_or_else(no_findings);
    let unwritable = || CommandError::failed("the result cannot be written");
    match context.format {
        Format::Human => Ok(report.human(context)),
        Format::Json => report.json(context).map_err(|it| unwritable().because(it)),
        Format::Sarif => {
            findings::sarif::render(&findings()?).map_err(|it| unwritable().because(it))
        }
        Format::Junit => {
            findings::junit::render(&findings()?).map_err(|it| unwritable().because(it))
        }
        Format::Github => Ok(findings::github::render(&findings()?)),
    }
}

/// A format for findings was asked of a command that has none.
pub(crate) fn no_findings() -> CommandError {
    CommandError::usage("this command finds nothing that could be printed in that format")
        .hinted("take --format human or --format json")
}
