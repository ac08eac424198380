//! Rule: a foreign key without an index.

use crate::catalog::Object;
use crate::clause::ForeignKey;
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::TableName;
use crate::subject::Subject;

rule! {
    /// No index starts with the columns of a foreign key.
    ///
    /// ## Why it hurts
    ///
    /// Deleting a row that is referred to makes Postgres search this table for what refers to it, row
    /// by row, in the deleting transaction. Where the key points at `auth.users`, account deletion of
    /// every project waits for it.
    ///
    /// ## What to do instead
    ///
    /// Create an index whose first columns are the foreign key's.
    ///
    /// ```sql,bad
    /// create table notes (
    ///   id uuid primary key,
    ///   user_id uuid not null references auth.users (id) on delete cascade
    /// );
    /// alter table notes enable row level security;
    /// ```
    ///
    /// ```sql,good
    /// create table notes (
    ///   id uuid primary key,
    ///   user_id uuid not null references auth.users (id) on delete cascade
    /// );
    /// create index notes_user_id on notes (user_id);
    /// alter table notes enable row level security;
    /// ```
    "unindexed-foreign-key", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (table, facts) in subject.project.own_tables_in(subject.at) {
        for (at, key) in facts.foreign_keys.iter().filter(|(at, _)| at.0 == subject.at) {
            if facts.is_indexed(&key.columns) || is_indexed_on_shadow(subject, table, key) {
                continue;
            }
            let target = subject.project.resolve(*at, &key.target);
            let platforms = target == subject.identity() || target.is_landlords();
            let severity = if platforms { Severity::Warning } else { Severity::Info };
            let columns = key.columns.join(", ");
            let message = format!("Deleting from `{target}` searches all of `{table}`: no index starts with `{columns}`.");
            found.push(
                subject
                    .finding(RULE.id, severity, key.span, message)
                    .about(table.id())
                    .help(format!("Add: create index on {table} ({columns});")),
            );
        }
    }
    found
}

fn is_indexed_on_shadow(subject: &Subject<'_>, table: &TableName, key: &ForeignKey) -> bool {
    subject.after.is_some_and(|after| {
        after.of_table(&table.schema, &table.name).any(|(_, entry)| match &entry.object {
            Object::Index(index) if !index.partial => {
                let leading = index.columns.get(..key.columns.len());
                leading.is_some_and(|leading| key.columns.iter().all(|it| leading.contains(it)))
            }
            _ => false,
        })
    })
}
