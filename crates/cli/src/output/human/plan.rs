//! A plan: per migration and statement what will happen, then the findings and the verdict.

use std::fmt::Write as _;

use annotate_snippets::normalize_untrusted_str;
use lodger_migration::plan::steps::StepKind;
use lodger_migration::plan::{Plan, PlannedMigration, PlannedStatement};

use super::outcome::{render_outcome, style};
use super::{count, tally};
use crate::output::paint::Paint;

/// Longest piece of a statement's first line that is shown.
const STATEMENT_WIDTH: usize = 72;
/// How much further in the later lines of one thing stand.
const HANGING: usize = 8;

/// What will happen, migration by migration; migrations that are not due are only counted.
pub(crate) fn render_plan(plan: &Plan, color: bool) -> String {
    let mut text = String::new();
    let paint = Paint::new(color);
    for migration in plan.due() {
        let title = format!("{} {}", migration.version, migration.name);
        let state = migration.state.as_str().replace('_', " ");
        line(&mut text, 0, &format!("{} ({state})", paint.bold(&title)));
        for statement in &migration.statements {
            render_statement(&mut text, statement, paint);
        }
        render_steps(&mut text, migration);
        text.push('\n');
    }
    text
}

/// The migrations that stand in the way because their files are not those that were applied.
pub(crate) fn render_edited(plan: &Plan, color: bool) -> String {
    let mut text = String::new();
    let paint = Paint::new(color);
    for migration in plan.edited() {
        let title = format!("{} {}", migration.version, migration.name);
        let why = "the file is not the one that was applied; write a new migration instead";
        line(
            &mut text,
            0,
            &format!("{} (edited): {why}", paint.bold(&title)),
        );
    }
    text
}

/// The verdict with what it rests on.
pub(crate) fn verdict_line(plan: &Plan) -> String {
    let due = plan.due().count();
    let rest = match plan.migrations.len() - due {
        0 => String::new(),
        rest => format!(", {rest} not"),
    };
    let found = match tally(&plan.diagnostics) {
        none if none.is_empty() => "nothing to report".to_owned(),
        found => found,
    };
    let verdict = if plan.is_refused() {
        "refused"
    } else {
        "clean"
    };
    let due = count(due, "migration");
    let tried = plan.tried_on.as_ref().filter(|it| !it.same_major);
    let tried = tried.map_or_else(String::new, |it| {
        format!(", tried on {}", it.server_version)
    });
    format!(
        "{verdict}: {found}; {due} due{rest}; project {} on PostgreSQL {}{tried}, fingerprint {}\n",
        plan.project, plan.server_version, plan.fingerprint
    )
}

fn render_statement(text: &mut String, statement: &PlannedStatement, paint: Paint) {
    let first = normalize_untrusted_str(statement.text.lines().next().unwrap_or_default());
    let mut head: String = first.chars().take(STATEMENT_WIDTH).collect();
    if head.len() < first.len() || statement.text.lines().nth(1).is_some() {
        head.push('…');
    }
    line(text, 2, &format!("{:>4}  {head}", statement.line));
    for outcome in &statement.outcomes {
        for (number, said) in render_outcome(outcome).iter().enumerate() {
            let said = normalize_untrusted_str(said);
            let painted = if number == 0 {
                paint.with(style(&outcome.action), &said)
            } else {
                said
            };
            line(text, 8, &painted);
        }
    }
    for lock in &statement.locks {
        line(
            text,
            8,
            &normalize_untrusted_str(&format!("locks {} ({})", lock.relation, lock.mode)),
        );
    }
}

/// Only where there is more than the one transaction that everybody expects.
fn render_steps(text: &mut String, migration: &PlannedMigration) {
    let Some(run) = &migration.run else { return };
    if run.steps.len() < 2 && run.steps.iter().all(|it| it.step.reason.is_none()) {
        return;
    }
    line(
        text,
        2,
        &format!("runs in {}:", count(run.steps.len(), "step")),
    );
    for (number, run) in run.steps.iter().enumerate() {
        let statements = count(run.step.statements.len(), "statement");
        let how = match run.step.kind {
            StepKind::Transaction => "one transaction",
            StepKind::Alone => "outside a transaction",
        };
        let why = run
            .step
            .reason
            .map(|it| format!("; {}", it.describe()))
            .unwrap_or_default();
        line(
            text,
            4,
            &format!("{}. {statements}, {how}{why}", number + 1),
        );
    }
}

/// What is said in several lines, as a function's body is, hangs below its first.
fn line(text: &mut String, indentation: usize, said: &str) {
    for (number, piece) in said.lines().enumerate() {
        let hanging = if number == 0 {
            indentation
        } else {
            indentation + HANGING
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:hanging$}{piece}", "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::sample;

    #[test]
    fn later_lines_hang_below_the_first() {
        let mut text = String::new();
        line(&mut text, 2, "body: a\nb");
        assert_eq!(text, "  body: a\n          b\n");
    }

    #[test]
    fn a_plan_in_words() {
        let plan = sample::refused_plan();
        insta::assert_snapshot!(render_plan(&plan, false) + &verdict_line(&plan));
    }

    #[test]
    fn colour_adds_nothing_but_colour() {
        let plan = sample::refused_plan();
        let colored = render_plan(&plan, true);
        assert!(colored.contains('\u{1b}'), "{colored}");
        let mut plain = String::new();
        let mut within = false;
        for character in colored.chars() {
            match character {
                '\u{1b}' => within = true,
                'm' if within => within = false,
                _ if within => {}
                other => plain.push(other),
            }
        }
        assert_eq!(plain, render_plan(&plan, false));
    }
}
