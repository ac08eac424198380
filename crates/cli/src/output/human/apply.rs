//! What an apply did, and how it ended.

use std::fmt::Write as _;

use annotate_snippets::normalize_untrusted_str;
use lodger_database::apply::{AppliedReport, ApplyOutcome, ApplyReport, LedgerNote, StepReport};
use lodger_migration::check::Check;
use lodger_migration::migration::Migration;

use super::{count, render_diagnostics, render_edited, verdict_line};
use crate::context::Context;

/// The steps that were committed, the findings, and how it ended.
pub(crate) fn render_apply(
    report: &ApplyReport,
    migrations: &[Migration],
    context: &Context,
) -> String {
    let plan = &report.prepared.plan;
    let mut text = render_diagnostics(&plan.diagnostics, migrations, &context.renderer());
    if !context.quiet {
        for applied in &report.applied {
            render_migration(&mut text, applied);
        }
    }
    match &report.outcome {
        ApplyOutcome::Applied if context.quiet => {}
        ApplyOutcome::Applied => add(&mut text, 0, &applied_line(report)),
        ApplyOutcome::Refused => {
            text.push_str(&render_edited(plan, context.color));
            text.push_str(&verdict_line(plan));
            add(&mut text, 0, "nothing was applied");
        }
        ApplyOutcome::Stale { differences } => {
            add(
                &mut text,
                0,
                "refused: the database is not as it was when the plan was made",
            );
            add_all(&mut text, differences);
        }
        ApplyOutcome::RolledBack {
            version,
            differences,
        } => {
            let said = format!("rolled back: migration {version} did something else than planned");
            add(&mut text, 0, &said);
            add_all(&mut text, differences);
        }
        ApplyOutcome::LockNotAvailable { version, reason } => {
            let said =
                format!("rolled back: migration {version} could not get its locks ({reason})");
            add(&mut text, 0, &said);
        }
    }
    text
}

/// Checks as lines, those that hold in one.
pub(crate) fn render_checks(text: &mut String, indentation: usize, checks: &[Check]) {
    let held = checks.iter().filter(|it| it.passed).count();
    if held > 0 {
        let hold = if held == 1 { "holds" } else { "hold" };
        add(
            text,
            indentation,
            &format!("{} {hold}", count(held, "check")),
        );
    }
    for check in checks.iter().filter(|it| !it.passed) {
        let detail = check.detail.as_deref().unwrap_or("it does not hold");
        add(text, indentation, &format!("{}: {detail}", check.name));
    }
}

fn render_migration(text: &mut String, applied: &AppliedReport) {
    add(text, 0, &format!("{} {}", applied.version, applied.name));
    for (number, step) in applied.steps.iter().enumerate() {
        render_step(text, number + 1, step);
    }
    match applied.ledger {
        LedgerNote::NoLedger => {}
        LedgerNote::Written => {
            add(
                text,
                2,
                "its version is written to supabase_migrations.schema_migrations too",
            );
        }
        LedgerNote::TakenBySomebodyElse => add(
            text,
            2,
            "supabase_migrations.schema_migrations has this version from somebody else, and keeps it",
        ),
    }
}

fn render_step(text: &mut String, number: usize, step: &StepReport) {
    let statements = count(step.statements, "statement");
    let attempts = match step.attempts {
        0 | 1 => String::new(),
        many => format!(", at attempt {many}"),
    };
    let why = step
        .reason
        .map(|it| format!("; {}", it.describe()))
        .unwrap_or_default();
    let said = format!(
        "step {number}: {statements} in {:.1?}{attempts}{why}",
        step.duration
    );
    add(text, 2, &said);
    render_checks(text, 4, &step.checks);
}

fn applied_line(report: &ApplyReport) -> String {
    match report.applied.len() {
        0 => "nothing is due".to_owned(),
        many => format!("applied: {}", count(many, "migration")),
    }
}

fn add_all(text: &mut String, differences: &[String]) {
    for difference in differences {
        add(text, 2, difference);
    }
}

fn add(text: &mut String, indentation: usize, said: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{:indentation$}{}", "", normalize_untrusted_str(said));
}
