//! Foreign keys that point at the wrong table, and what was written about them.

use std::path::PathBuf;

use annotate_snippets::normalize_untrusted_str;
use lodger_database::repair::{KeyReport, RepairOutcome, RepairReport};

use super::count;

use crate::context::Context;
use crate::output::migration_files::MigrationFiles;

/// How many owners are named.
const NAMED: usize = 5;

/// Each key with its rows, the files or the text of the migrations, and what to do next.
pub(crate) fn render_repair(
    report: &RepairReport,
    files: &MigrationFiles,
    context: &Context,
) -> String {
    let mut lines = Vec::new();
    for key in &report.keys {
        render_key(&mut lines, key, report);
    }
    for it in &report.left {
        lines.push(format!("left alone: {}: {}", it.constraint, it.reason));
    }
    for it in &report.exported {
        let rows = count(usize::try_from(it.rows).unwrap_or(usize::MAX), "row");
        lines.push(format!(
            "saved: {rows} of {} in {}",
            it.table,
            it.file.display()
        ));
    }
    let said = |it: &PathBuf| {
        let done = if files.kept.contains(it) {
            "there already:"
        } else {
            "created"
        };
        format!("{done} {}", it.display())
    };
    lines.extend(files.paths.iter().map(said));
    let later = files.later.iter();
    lines.extend(
        later.map(|it| format!("note: version {it} sorts after it, so that one runs last")),
    );
    if !context.quiet {
        lines.push(closing_line(report, &files.paths));
    }
    let mut text: String = lines
        .iter()
        .map(|it| normalize_untrusted_str(it) + "\n")
        .collect();
    if files.paths.is_empty() {
        for (name, sql) in &report.migrations {
            text.push_str(&format!("\n-- {name}\n{sql}"));
        }
    }
    text
}

fn render_key(lines: &mut Vec<String>, key: &KeyReport, report: &RepairReport) {
    let rows = count(usize::try_from(key.rows).unwrap_or_default(), "row");
    let (constraint, column, identity) = (&key.constraint, &key.column, &report.identity.table);
    lines.push(if key.unchecked {
        format!("{constraint} on column {column} points at {identity} and is NOT VALID: {rows}")
    } else {
        let owner = key.owner.describe();
        format!(
            "{constraint} on column {column} points at {}, which is {owner}, not at {identity}: {rows}",
            key.target
        )
    });
    if key.orphans == 0 {
        return;
    }
    lines.push(format!(
        "  {} of them have an owner who is not a user:",
        key.orphans
    ));
    for owner in key.owners.iter().take(NAMED) {
        let rows = count(usize::try_from(owner.rows).unwrap_or_default(), "row");
        lines.push(format!("    {}: {rows}", owner.id));
    }
    if key.owners.len() > NAMED {
        lines.push("    and others".to_owned());
    }
}

fn closing_line(report: &RepairReport, files: &[PathBuf]) -> String {
    match report.outcome {
        RepairOutcome::NothingToDo if report.left.is_empty() => {
            "nothing to repair: no foreign key of the project points at another table of users"
                .to_owned()
        }
        RepairOutcome::NothingToDo => "nothing that can be repaired like this".to_owned(),
        RepairOutcome::Orphans => {
            "nothing written: say what becomes of the rows without a user, with --orphans \
                                   keep, delete or map"
                .to_owned()
        }
        RepairOutcome::Written if files.is_empty() => {
            "these migrations would be written:".to_owned()
        }
        RepairOutcome::Written => "next: `lodger plan`, then `lodger apply`".to_owned(),
    }
}
