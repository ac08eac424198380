//! Rule: default privileges for a schema that others use.

use crate::diagnostic::{Diagnostic, Severity};
use crate::object::ObjectKind;
use crate::outcome::Action;
use crate::statement::{MentionRole, Statement, StatementKind};
use crate::subject::{Subject, place_of};

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
    let all = subject.statements().filter(|it| it.kind == StatementKind::AlterDefaultPrivileges);
    all.filter(|statement| !is_own(subject, statement) && changes(subject, statement))
        .map(|statement| {
            let message = "This decides who may use what every project makes from now on.";
            subject
                .finding(RULE.id, Severity::Error, place_of(statement, None), message)
                .help("Grant on this project's own tables, one by one.")
        })
        .collect()
}

/// It is for schemas that this project makes, and for nothing else.
fn is_own(subject: &Subject<'_>, statement: &Statement) -> bool {
    let mut schemas = statement
        .mentions_as(MentionRole::Grants)
        .filter(|it| it.kind == Some(ObjectKind::Schema))
        .peekable();
    schemas.peek().is_some()
        && schemas.all(|it| subject.project.makes(ObjectKind::Schema, &it.name.name))
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
