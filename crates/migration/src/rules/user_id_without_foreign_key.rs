//! Rule: a column that says whose a row is, and that nothing holds to it.

use crate::clause::{Clause, Column};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::names::is_owner_column;
use crate::project::TableName;
use crate::subject::Subject;

rule! {
    /// A column such as `user_id` has no foreign key, or a type that no user's id has.
    ///
    /// ## Why it hurts
    ///
    /// Nothing keeps the column right: rows stay when their user is deleted, ids that never existed
    /// get in, and a text column never equals `auth.uid()`.
    ///
    /// ## What to do instead
    ///
    /// `user_id uuid not null references auth.users (id) on delete cascade`. In an outbox or an audit
    /// log that has to outlive its users, allow it with a comment that says so.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key, user_id uuid not null);
    /// ```
    ///
    /// ```sql,good
    /// create table notes (
    ///   id uuid primary key,
    ///   user_id uuid not null references auth.users (id) on delete cascade
    /// );
    /// alter table notes enable row level security;
    /// ```
    "user-id-without-foreign-key", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (statement, clause) in subject.clauses() {
        let (table, columns) = match clause {
            Clause::CreateTable(it) if !it.temporary => (&it.name, it.columns.as_slice()),
            Clause::AddColumn(it) => (&it.table, std::slice::from_ref(&it.column)),
            _ => continue,
        };
        let table = subject.resolve(statement, table);
        let owners = columns.iter().filter(|it| is_owner_column(&it.name));
        found.extend(owners.filter_map(|column| judge(subject, &table, column)));
    }
    found
}

fn judge(subject: &Subject<'_>, table: &TableName, column: &Column) -> Option<Diagnostic> {
    let facts = subject.project.table(table)?;
    facts.column(&column.name)?;
    let finding = |span: Span, message: String| {
        subject
            .finding(RULE.id, Severity::Warning, span, message)
            .about(table.id())
            .help(format!("Write `{} uuid not null references {} ({}) on delete cascade`.",
                column.name, subject.identity(), subject.settings.identity_table.column))
    };
    let held = facts.foreign_keys.iter().any(|(_, key)| key.columns.contains(&column.name));
    if !held && !is_held(subject, table, &column.name) {
        let other_type = match column.data_type.as_str() {
            "uuid" => String::new(),
            other => format!(", and no user's id is of type {other}"),
        };
        let message = format!(
            "Nothing ties `{table}.{}` to a user: it has no foreign key{other_type}.",
            column.name
        );
        return Some(finding(column.span, message));
    }
    None
}

/// The shadow has a foreign key on the column, made in a way that the text does not show.
fn is_held(subject: &Subject<'_>, table: &TableName, column: &str) -> bool {
    use crate::catalog::Object;
    subject.after.is_some_and(|after| {
        after.of_table(&table.schema, &table.name).any(|(_, entry)| match &entry.object {
            Object::Constraint(it) => {
                it.foreign_key.is_some() && it.columns.iter().any(|it| it == column)
            }
            _ => false,
        })
    })
}
