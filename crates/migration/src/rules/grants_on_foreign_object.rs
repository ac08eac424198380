//! Rule: privileges on what is not the project's.

use crate::clause::Clause;
use crate::diagnostic::{Diagnostic, Severity};
use crate::names::is_users_like;
use crate::object::ObjectKind;
use crate::outcome::Action;
use crate::statement::Statement;
use crate::subject::{Subject, place_of};

rule! {
    /// GRANT or REVOKE changes who may use an object that is not this project's.
    ///
    /// ## Why it hurts
    ///
    /// The object's owner decided who may use it. `GRANT SELECT ON auth.users TO authenticated` shows
    /// every user every address; a REVOKE breaks somebody's application.
    ///
    /// ## What to do instead
    ///
    /// Grant on own objects only. What has to be shown of a stranger's table belongs in a function or
    /// a view of one's own that gives out just that.
    ///
    /// ```sql,bad
    /// grant select on auth.users to authenticated;
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// grant select on notes to service_role;
    /// ```
    "grants-on-foreign-object", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    if subject.planned.is_some() {
        return planned(subject);
    }
    let mut found = Vec::new();
    for (statement, clause) in subject.clauses() {
        let Clause::Privileges(privileges) = clause else { continue };
        for relation in &privileges.relations {
            let table = subject.resolve(statement, relation);
            if subject.project.makes_relation(&table) {
                continue;
            }
            let certain = table.is_landlords() || is_users_like(&table.name);
            let severity = if certain { Severity::Error } else { Severity::Warning };
            let message = format!("No migration of this project makes `{table}`, and this changes who may use it.");
            found.push(
                subject
                    .finding(RULE.id, severity, privileges.span, message)
                    .about(table.id())
                    .help("Grant on this project's own tables only."),
            );
        }
    }
    found
}

fn planned(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let outcomes = subject.foreign_outcomes(Action::Grants);
    outcomes
        .filter(|(statement, _)| !is_wholesale(statement))
        .filter_map(|(statement, outcome)| {
            let object = outcome.object.clone()?;
            (object.kind != ObjectKind::DefaultPrivileges).then_some(())?;
            let message = format!(
                "This changes who may use {object}, which is {}: {}.",
                outcome.owner.describe(),
                outcome.differences.join("; ")
            );
            let span = place_of(statement, Some(&object));
            Some(
                subject
                    .finding(RULE.id, Severity::Error, span, message)
                    .about(object)
                    .help("Grant on this project's own objects only."),
            )
        })
        .collect()
}

/// Another rule speaks of GRANT ON ALL.
fn is_wholesale(statement: &Statement) -> bool {
    statement.clauses.iter().any(|clause| matches!(clause, Clause::Privileges(it) if it.all.is_some()))
}
