//! Rule: a guard skips an object of somebody else that looks the same.

use crate::diagnostic::{Diagnostic, Severity};
use crate::object::ObjectKind;
use crate::outcome::Action;
use crate::subject::{Subject, place_of};

rule! {
    /// A guarded statement does nothing here, because somebody else has an object that looks the same.
    ///
    /// ## Why it hurts
    ///
    /// Two projects then share one object, and neither knows: a change by one is a change for both, and
    /// a rollback of one takes the other's rows away.
    ///
    /// ## What to do instead
    ///
    /// If it is this project's own, made before Lodger kept books, claim it with `lodger adopt`. If it
    /// is not, choose another name or schema.
    ///
    /// ```sql,bad
    /// create table if not exists jobs (id bigint primary key);
    /// ```
    ///
    /// ```sql,good
    /// create schema notes;
    /// create table notes.jobs (id bigint primary key);
    /// alter table notes.jobs enable row level security;
    /// ```
    "skipped-same-shape", Error, Database
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let outcomes = subject.foreign_outcomes(Action::SkippedSameShape);
    outcomes
        .filter_map(|(statement, outcome)| {
            let object = outcome.object.clone()?;
            // Schemas and extensions are meant to be shared.
            let shared = matches!(object.kind, ObjectKind::Schema | ObjectKind::Extension);
            if shared {
                return None;
            }
            let owner = outcome.owner.describe();
            let message = format!("This is skipped: {object} is there already, looks the same, and is {owner}.");
            let span = place_of(statement, Some(&object));
            Some(
                subject
                    .finding(RULE.id, Severity::Error, span, message)
                    .about(object)
                    .help("Claim it with `lodger adopt` if it is this project's; choose another name if it is not."),
            )
        })
        .collect()
}
