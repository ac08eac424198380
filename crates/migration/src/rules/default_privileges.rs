//! Rule: default privileges for a schema that others use.

use crate::clause::{Clause, DefaultPrivileges};
use crate::diagnostic::{Diagnostic, Severity};
use crate::object::ObjectKind;
use crate::outcome::Action;
use crate::statement::Statement;
use crate::subject::Subject;

rule! {
    /// ALTER DEFAULT PRIVILEGES decides who may use what other projects make tomorrow.
    ///
    /// ## Why it hurts
    ///
    /// All projects connect as the same role, so its defaults are everybody's. A grant to `anon` opens
    /// every table that any project creates from then on; a revoke closes them.
    ///
    /// ## What to do instead
    ///
    /// Write a GRANT per table. In a schema that only this project has, defaults do no harm.
    ///
    /// ```sql,bad
    /// alter default privileges in schema public grant select on tables to anon;
    /// ```
    ///
    /// ```sql,good
    /// create schema notes;
    /// alter default privileges in schema notes grant select on tables to authenticated;
    /// ```
    "default-privileges", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (statement, clause) in subject.clauses() {
        let Clause::DefaultPrivileges(it) = clause else { continue };
        if is_harmless(subject, it) || !changes(subject, statement) {
            continue;
        }
        let verb = if it.grants { "opened to" } else { "closed to" };
        let message = format!(
            "From now on {} that any project makes are {verb} {}.",
            it.kind,
            it.roles.join(", ")
        );
        found.push(
            subject
                .finding(RULE.id, Severity::Error, it.span, message)
                .help("Grant on this project's own tables, one by one."),
        );
    }
    found
}

/// It is for schemas that this project makes and for nothing else, or for the role that owns what is
/// made anyway.
fn is_harmless(subject: &Subject<'_>, it: &DefaultPrivileges) -> bool {
    let made = |schema: &String| subject.project.makes(ObjectKind::Schema, schema);
    let own_schemas = !it.schemas.is_empty() && it.schemas.iter().all(made);
    own_schemas || it.roles.iter().all(|role| role == "postgres")
}

/// Where a plan is made: the database does not have these defaults already.
fn changes(subject: &Subject<'_>, statement: &Statement) -> bool {
    let is_it = |object: &crate::object::ObjectId| object.kind == ObjectKind::DefaultPrivileges;
    subject.planned.is_none()
        || [Action::Grants, Action::Creates, Action::Drops].into_iter().any(|action| {
            let mut outcomes = subject.outcomes(action);
            outcomes.any(|(of, it)| of.index == statement.index && it.object.as_ref().is_some_and(is_it))
        })
}
