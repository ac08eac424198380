//! Rule: OR REPLACE over somebody else's object.

use crate::diagnostic::{Diagnostic, Severity};
use crate::object::{ObjectId, ObjectKind};
use crate::outcome::Action;
use crate::subject::{Subject, place_of};

rule! {
    /// CREATE OR REPLACE puts a new definition into an object that is not this project's.
    ///
    /// ## Why it hurts
    ///
    /// Everything that uses the object runs the new definition from then on: another project's triggers
    /// run this function, its queries read this view. Nothing fails while the migration runs.
    ///
    /// ## What to do instead
    ///
    /// Choose a name of one's own and write CREATE without OR REPLACE.
    ///
    /// ```sql,bad
    /// create or replace view active_users as select id, email, active_jobs from users;
    /// ```
    ///
    /// ```sql,good
    /// create view notes_active_users with (security_invoker = true) as select 1 as id;
    /// ```
    "replaces-foreign-object", Error, Database
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let outcomes = subject.foreign_outcomes(Action::Replaces);
    outcomes
        .filter_map(|(statement, outcome)| {
            let object = outcome.object.clone()?;
            let owner = outcome.owner.describe();
            let message = format!("This replaces {object}, which is {owner}{}.", used_by(&outcome.related));
            let span = place_of(statement, Some(&object));
            let prefix = subject.settings.project.replace('-', "_");
            let help = format!("Choose a name of its own, such as `{prefix}_{}`, and leave OR REPLACE out.", object.name);
            Some(subject.finding(RULE.id, Severity::Error, span, message).about(object).help(help))
        })
        .collect()
}

fn used_by(users: &[ObjectId]) -> String {
    let triggers = users.iter().filter(|it| it.kind == ObjectKind::Trigger).count();
    let others = users.len() - triggers;
    let count = |number: usize, word: &str| match number {
        0 => None,
        1 => Some(format!("1 {word}")),
        more => Some(format!("{more} {word}s")),
    };
    let parts: Vec<String> =
        [count(triggers, "trigger"), count(others, "other object")].into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!(" and is used by {}", parts.join(" and ")) }
}
