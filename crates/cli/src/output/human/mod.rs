//! The human format: findings with excerpts of the source, and a closing line.

#[cfg(feature = "embedded")]
mod adopt;
#[cfg(feature = "embedded")]
mod apply;
mod diagnostic;
#[cfg(feature = "embedded")]
mod outcome;
#[cfg(feature = "embedded")]
mod plan;
#[cfg(feature = "embedded")]
mod repair;
#[cfg(feature = "embedded")]
mod rollback;

#[cfg(feature = "embedded")]
pub(crate) use adopt::render_adopt;
#[cfg(feature = "embedded")]
pub(crate) use apply::{render_apply, render_checks};
pub(crate) use diagnostic::render_diagnostics;
#[cfg(feature = "embedded")]
pub(crate) use plan::{render_edited, render_plan, verdict_line};
#[cfg(feature = "embedded")]
pub(crate) use repair::render_repair;
#[cfg(feature = "embedded")]
pub(crate) use rollback::render_rollback;

use lodger_migration::diagnostic::{Diagnostic, Severity};

/// A number with its noun: `1 error`, `2 errors`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    count_of(number, noun, &format!("{noun}s"))
}

/// The same for a noun with a plural of its own: `1 fix`, `2 fixes`.
pub(crate) fn count_of(number: usize, one: &str, many: &str) -> String {
    let noun = if number == 1 { one } else { many };
    format!("{number} {noun}")
}

/// How many findings there are of each weight: `2 errors, 1 warning`; empty when there are none.
pub(crate) fn tally(diagnostics: &[Diagnostic]) -> String {
    let weights = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Info, "note"),
    ];
    let of = |severity| {
        diagnostics
            .iter()
            .filter(|it| it.severity == severity)
            .count()
    };
    let parts = weights.map(|(severity, noun)| (of(severity), noun));
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    parts
        .map(|(number, noun)| count(*number, noun))
        .collect::<Vec<_>>()
        .join(", ")
}

/// `2 errors in 9 migrations`, or that there is nothing to report.
pub(crate) fn closing_line(migrations: usize, diagnostics: &[Diagnostic]) -> String {
    let read = count(migrations, "migration");
    match tally(diagnostics) {
        none if none.is_empty() => format!("{read}, nothing to report\n"),
        found => format!("{found} in {read}; `lodger rule ID` explains each\n"),
    }
}
