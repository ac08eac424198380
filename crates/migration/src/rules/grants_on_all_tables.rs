//! Rule: privileges on everything in a schema.

use crate::clause::{Clause, Privileges};
use crate::diagnostic::{Diagnostic, Severity};
use crate::object::ObjectKind;
use crate::outcome::Action;
use crate::statement::Statement;
use crate::subject::Subject;

rule! {
    /// GRANT or REVOKE on all tables of a schema hits the tables of every project in it.
    ///
    /// ## Why it hurts
    ///
    /// `GRANT ALL ON ALL TABLES IN SCHEMA public TO anon` opens other projects' tables; the same with
    /// REVOKE shuts their applications out.
    ///
    /// ## What to do instead
    ///
    /// Name the tables. In a schema that only this project has, ON ALL does no harm.
    ///
    /// ```sql,bad
    /// grant select on all tables in schema public to authenticated;
    /// ```
    ///
    /// ```sql,good
    /// create schema notes;
    /// create table notes.entries (id uuid primary key);
    /// alter table notes.entries enable row level security;
    /// grant select on all tables in schema notes to service_role;
    /// ```
    "grants-on-all-tables", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (statement, clause) in subject.clauses() {
        if let Clause::Privileges(privileges) = clause {
            found.extend(judge(subject, statement, privileges));
        }
    }
    found
}

fn judge(subject: &Subject<'_>, statement: &Statement, it: &Privileges) -> Option<Diagnostic> {
    let kind = it.all.as_ref()?;
    let own = |schema: &&String| !subject.project.makes(ObjectKind::Schema, schema);
    let schema = it.schemas.iter().find(own)?;
    let hits = |(of, _): (&Statement, _)| of.index == statement.index;
    if subject.planned.is_some() && !subject.foreign_outcomes(Action::Grants).any(hits) {
        return None;
    }
    let verb = if it.grants { "opens" } else { "closes" };
    let message = format!(
        "This {verb} all {kind} of every project in the schema `{schema}` {} {}.",
        if it.grants { "to" } else { "for" },
        it.roles.join(", ")
    );
    Some(
        subject
            .finding(RULE.id, Severity::Error, it.span, message)
            .help("Name this project's tables one by one."),
    )
}
