//! Rule: a publication that others use is dropped or emptied.

use crate::clause::Clause;
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::object::{ObjectId, ObjectKind};
use crate::statement::{MentionRole, Statement};
use crate::subject::Subject;

rule! {
    /// A migration drops a publication, replaces its list of tables, or publishes every table.
    ///
    /// ## Why it hurts
    ///
    /// `supabase_realtime` is one publication for all projects. Dropping it and making it again with
    /// one's own tables, as tutorials do, switches realtime off for everybody else, without an error.
    /// FOR ALL TABLES publishes other projects' rows.
    ///
    /// ## What to do instead
    ///
    /// Add the table: `alter publication supabase_realtime add table …`.
    ///
    /// ```sql,bad
    /// drop publication if exists supabase_realtime;
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// alter publication supabase_realtime add table notes;
    /// ```
    "drops-publication", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for statement in subject.statements() {
        for mention in statement.mentions_as(MentionRole::Drops) {
            if mention.kind == Some(ObjectKind::Publication) {
                let message = "stops publishing the tables of every project in it";
                found.extend(judge(subject, statement, &mention.name.name, mention.span, message));
            }
        }
        for clause in &statement.clauses {
            let Clause::PublicationTables(it) = clause else { continue };
            let message = if it.all {
                "publishes the rows of every project's tables"
            } else {
                "takes out every table that is not listed here"
            };
            if it.all {
                let whole = format!("This {message}.");
                found.push(subject.finding(RULE.id, Severity::Error, it.span, whole));
            } else {
                found.extend(judge(subject, statement, &it.publication, it.span, message));
            }
        }
    }
    found
}

fn judge(
    subject: &Subject<'_>,
    statement: &Statement,
    name: &str,
    span: Span,
    message: &str,
) -> Option<Diagnostic> {
    let at = subject.position(statement);
    if subject.project.makes_before(at, ObjectKind::Publication, name) {
        return None;
    }
    Some(
        subject
            .finding(RULE.id, Severity::Error, span, format!("This {message} (`{name}`)."))
            .about(ObjectId::global(ObjectKind::Publication, name))
            .help(format!("Write ALTER PUBLICATION {name} ADD TABLE … for this project's tables.")),
    )
}
