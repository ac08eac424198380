//! What a rollback took out, and how it ended.

use std::fmt::Write as _;

use annotate_snippets::normalize_untrusted_str;
use lodger_database::rollback::{Forgotten, RollbackOutcome, RollbackReport};
use lodger_migration::object::ObjectKind;

use super::count;
use crate::context::Context;

/// What went, what was saved, what stays, and how it ended.
pub(crate) fn render_rollback(report: &RollbackReport, context: &Context) -> String {
    let mut text = String::new();
    if !context.quiet {
        details(&mut text, report);
    }
    for sentence in &report.stays {
        add(&mut text, 0, &format!("stays: {sentence}"));
    }
    ending(&mut text, report, context.quiet);
    if report.outcome != RollbackOutcome::TakenOut && !report.dropped.is_empty() {
        let said = "what was dropped above went in a transaction of its own: run it again to go on";
        add(&mut text, 0, said);
    }
    match &report.bookkeeping {
        Some(Forgotten::Removed) if !context.quiet => {
            add(&mut text, 0, "schema lodger is removed");
        }
        Some(Forgotten::UsedBy(projects)) => {
            let users = projects.join(", ");
            let said = format!("schema lodger stays: it is used by project {users}");
            add(&mut text, 0, &said);
        }
        _ => {}
    }
    text
}

fn details(text: &mut String, report: &RollbackReport) {
    for saved in &report.exported {
        let rows = count(usize::try_from(saved.rows).unwrap_or(usize::MAX), "row");
        let said = format!(
            "saved {rows} of {} in {}",
            saved.table,
            saved.file.display()
        );
        add(text, 0, &said);
    }
    // Parts go with their tables: what stands for itself is what a reader looks for.
    let whole = report
        .dropped
        .iter()
        .filter(|id| !matches!(id.kind, ObjectKind::Constraint | ObjectKind::Index));
    for id in whole {
        add(text, 0, &format!("dropped {id}"));
    }
    for sentence in &report.undone {
        add(text, 0, &format!("changed back: {sentence}"));
    }
    super::render_checks(text, 0, &report.checks);
}

fn ending(text: &mut String, report: &RollbackReport, quiet: bool) {
    match &report.outcome {
        RollbackOutcome::TakenOut | RollbackOutcome::NothingToDo if quiet => {}
        RollbackOutcome::TakenOut => {
            let objects = count(report.dropped.len(), "object");
            let of = match report.versions.len() {
                0 => String::new(),
                many => format!(" of {}", count(many, "migration")),
            };
            add(text, 0, &format!("taken out: {objects}{of}"));
        }
        RollbackOutcome::NothingToDo => add(text, 0, "there is nothing to take out"),
        RollbackOutcome::Refused { reasons } => {
            add(text, 0, "refused, and nothing was changed:");
            add_all(text, reasons);
            if reasons.iter().any(|it| it.contains(" row")) {
                add(text, 0, "help: --export DIR saves rows before they go");
            }
        }
        RollbackOutcome::RolledBack { differences } => {
            add(text, 0, "undone: something else would have changed");
            add_all(text, differences);
        }
        RollbackOutcome::LockNotAvailable { reason } => {
            let tries = count(
                usize::try_from(report.attempts).unwrap_or(usize::MAX),
                "attempt",
            );
            let said = format!("undone: the locks could not be had in {tries} ({reason})");
            add(text, 0, &said);
        }
    }
}

fn add_all(text: &mut String, sentences: &[String]) {
    for sentence in sentences {
        add(text, 2, sentence);
    }
}

fn add(text: &mut String, indentation: usize, said: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{:indentation$}{}", "", normalize_untrusted_str(said));
}
