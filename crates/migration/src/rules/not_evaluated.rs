//! Rule: a statement whose effect nobody looked at.

use crate::diagnostic::{Diagnostic, Severity};
use crate::outcome::Action;
use crate::statement::StatementKind;
use crate::subject::{Subject, place_of};

rule! {
    /// Nobody could find out beforehand what a statement does.
    ///
    /// ## Why it hurts
    ///
    /// The embedded PostgreSQL could not run the statement as it stands, for want of an extension for
    /// example. The plan says nothing about it. `lodger apply` still compares what really happens with
    /// the rest of the plan before it commits.
    ///
    /// ## What to do instead
    ///
    /// Read the statement yourself. Where it can be put into a migration of its own, the others are
    /// proved without it.
    ///
    /// ```sql,bad
    /// create extension if not exists pg_cron;
    /// ```
    ///
    /// ```sql,good
    /// create schema notes;
    /// ```
    "not-evaluated", Warning, Database
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let report = |statement, reason: &str, severity| {
        let message = format!("What this does was not looked at: {}.", reason.trim_end_matches('.'));
        subject.finding(RULE.id, severity, place_of(statement, None), message)
    };
    if subject.planned.is_some() {
        let outcomes = subject.outcomes(Action::NotEvaluated);
        return outcomes
            .map(|(statement, outcome)| {
                let reason = outcome.detail.as_deref().unwrap_or("no reason is known");
                // That an extension is stood in for, or is not at hand, harms nobody; what then
                // cannot be looked at is said where it stands.
                let extension = statement.kind == StatementKind::CreateExtension;
                let severity = if extension { Severity::Info } else { Severity::Warning };
                report(statement, reason, severity)
            })
            .collect();
    }
    let runs = subject.declared.map_or(&[][..], |it| &it.statements);
    let pairs = subject.statements().zip(runs);
    pairs
        .filter_map(|(statement, run)| {
            let reason = run.not_evaluated.as_deref()?;
            Some(report(statement, reason, Severity::Info))
        })
        .collect()
}
