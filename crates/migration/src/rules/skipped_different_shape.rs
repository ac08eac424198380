//! Rule: a guard skips an object that looks different.

use crate::diagnostic::{Diagnostic, Severity};
use crate::outcome::Action;
use crate::subject::{Subject, place_of};

rule! {
    /// A guarded statement does nothing here, because something else has the name.
    ///
    /// ## Why it hurts
    ///
    /// What stands there looks different. PostgreSQL says "already exists, skipping" and carries on:
    /// the migration counts as applied, the columns it promises are missing, and what follows hangs
    /// itself on somebody else's object.
    ///
    /// ## What to do instead
    ///
    /// Give the object a name of its own, or give the project a schema of its own (`--schema`). If the
    /// object is this project's, from an earlier life, change it with ALTER, or claim it with `lodger adopt`.
    ///
    /// ```sql,bad
    /// create table if not exists users (id uuid primary key, is_anonymous boolean);
    /// ```
    ///
    /// ```sql,good
    /// create schema notes;
    /// create table notes.entries (id uuid primary key);
    /// alter table notes.entries enable row level security;
    /// ```
    "skipped-different-shape", Error, Database
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let outcomes = subject.outcomes(Action::SkippedDifferentShape);
    outcomes
        .filter_map(|(statement, outcome)| {
            let object = outcome.object.clone()?;
            let message = format!(
                "This is skipped: {object} is there already, {}, and differs: {}.",
                outcome.owner.describe(),
                outcome.differences.join("; ")
            );
            let span = place_of(statement, Some(&object));
            Some(
                subject
                    .finding(RULE.id, Severity::Error, span, message)
                    .about(object)
                    .help("Choose another name or schema, and leave the guard out."),
            )
        })
        .collect()
}
