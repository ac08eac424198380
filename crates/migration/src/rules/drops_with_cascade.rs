//! Rule: DROP … CASCADE.

use crate::clause::{Cascade, Clause};
use crate::diagnostic::{Diagnostic, Severity};
use crate::outcome::Action;
use crate::owner::Owner;
use crate::statement::{Statement, StatementKind};
use crate::subject::Subject;

rule! {
    /// CASCADE takes along whatever depends on the object, whosever it is.
    ///
    /// ## Why it hurts
    ///
    /// Dropping a type removes the columns of other projects that use it; dropping a function removes
    /// their triggers; dropping a table removes their views and foreign keys. TRUNCATE … CASCADE
    /// empties every table that refers to it. Postgres mentions it in a NOTICE.
    ///
    /// ## What to do instead
    ///
    /// Leave CASCADE out: Postgres then names what depends on the object. Drop what is yours first.
    ///
    /// ```sql,bad
    /// create type notes_status as enum ('open');
    /// drop type notes_status cascade;
    /// ```
    ///
    /// ```sql,good
    /// create type notes_status as enum ('open');
    /// drop type notes_status;
    /// ```
    "drops-with-cascade", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (statement, clause) in subject.clauses() {
        if let Clause::Cascade(cascade) = clause {
            found.extend(judge(subject, statement, cascade));
        }
    }
    found
}

fn judge(subject: &Subject<'_>, statement: &Statement, cascade: &Cascade) -> Option<Diagnostic> {
    let rows = statement.kind == StatementKind::Truncate;
    if matches!(&statement.kind, StatementKind::Other(kind) if kind == "drop_owned") {
        let message = "This drops whatever the role owns, and every project's objects belong to the same few roles.";
        return Some(
            subject
                .finding(RULE.id, Severity::Error, cascade.span, message)
                .help("Drop what is this project's own, object by object."),
        );
    }
    if subject.planned.is_some() && !rows {
        return planned(subject, statement, cascade);
    }
    let message = if rows {
        "CASCADE empties every table that refers to this one, whosever it is."
    } else {
        "CASCADE removes whatever depends on this, whosever it is."
    };
    Some(
        subject
            .finding(RULE.id, Severity::Warning, cascade.span, message)
            .help("Leave CASCADE out and drop what is this project's own first."),
    )
}

fn planned(subject: &Subject<'_>, statement: &Statement, cascade: &Cascade) -> Option<Diagnostic> {
    let drops = subject.outcomes(Action::Drops).filter(|(of, _)| of.index == statement.index);
    let strangers: Vec<String> = drops
        .flat_map(|(_, outcome)| &outcome.cascades)
        .filter(|(_, owner)| *owner != Owner::Ours)
        .map(|(id, owner)| format!("{id} ({})", owner.describe()))
        .collect();
    (!strangers.is_empty()).then(|| {
        let message = format!("CASCADE takes along what is not this project's: {}.", strangers.join("; "));
        subject
            .finding(RULE.id, Severity::Error, cascade.span, message)
            .help("Leave CASCADE out and drop what is this project's own first.")
    })
}
