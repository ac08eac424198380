//! Rule: a table goes with the rows in it.

use crate::diagnostic::{Diagnostic, Severity};
use crate::object::ObjectKind;
use crate::statement::{Mention, MentionRole, Statement};
use crate::subject::Subject;

rule! {
    /// A migration drops a table of this project that an earlier migration made, with the rows in it.
    ///
    /// ## Why it hurts
    ///
    /// A comment that says "checked, empty" is true on the day it is written. The file runs on other days and
    /// other databases, and no rollback brings the rows back.
    ///
    /// ## What to do instead
    ///
    /// Move the rows first, or change the table in place. Where the rows are really not wanted, allow it for
    /// this table with the reason. On a database where the table is empty nothing is reported.
    ///
    /// ```sql,bad
    /// -- file: 20251101090000_notes.sql
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// -- file: 20251102090000_again.sql
    /// drop table notes;
    /// create table notes (id uuid primary key, title text);
    /// alter table notes enable row level security;
    /// ```
    ///
    /// ```sql,good
    /// -- file: 20251101090000_notes.sql
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// -- file: 20251102090000_more.sql
    /// alter table notes add column title text;
    /// ```
    "drops-table-with-rows", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for statement in subject.statements() {
        let dropped = statement.mentions_as(MentionRole::Drops);
        for mention in dropped.filter(|it| it.kind == Some(ObjectKind::Table)) {
            found.extend(judge(subject, statement, mention));
        }
    }
    found
}

fn judge(subject: &Subject<'_>, statement: &Statement, mention: &Mention) -> Option<Diagnostic> {
    let table = subject.resolve(statement, &mention.name);
    let (severity, rows) = if let Some(plan) = subject.planned {
        match plan.present.table(&table.schema, &table.name)?.estimated_rows {
            0 => return None,
            rows if rows > 0 => (Severity::Error, format!("about {rows} rows")),
            _ => (Severity::Warning, "the rows that are in it".to_owned()),
        }
    } else {
        let name = table.to_string();
        let earlier = subject.project.makes_before((subject.at, 0), ObjectKind::Table, &name);
        earlier.then(|| (Severity::Warning, "the rows that are in it by then".to_owned()))?
    };
    let message = format!("This drops `{table}` with {rows}.");
    Some(
        subject
            .finding(RULE.id, severity, mention.span, message)
            .about(table.id())
            .help("Move the rows first, or change the table in place."),
    )
}
