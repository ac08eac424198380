//! Rule: ON DELETE SET NULL on a column that may not be null.

use crate::clause::{Clause, ForeignKey, Nullability, OnDelete};
use crate::diagnostic::{Diagnostic, Severity};
use crate::statement::Statement;
use crate::subject::{Subject, place_of};

rule! {
    /// ON DELETE SET NULL stands on a column that is NOT NULL.
    ///
    /// ## Why it hurts
    ///
    /// Postgres accepts it. The first deletion then fails with a not-null violation: where the foreign
    /// key points at `auth.users`, no project can delete that user.
    ///
    /// ## What to do instead
    ///
    /// Drop the NOT NULL where rows outlive the user, or write ON DELETE CASCADE where they do not.
    ///
    /// ```sql,bad
    /// create table notes (
    ///   id uuid primary key,
    ///   user_id uuid not null references auth.users (id) on delete set null
    /// );
    /// ```
    ///
    /// ```sql,good
    /// create table notes (
    ///   id uuid primary key,
    ///   user_id uuid references auth.users (id) on delete set null
    /// );
    /// alter table notes enable row level security;
    /// ```
    "foreign-key-set-null-not-null", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (statement, clause) in subject.clauses() {
        if let Clause::Nullability(it) = clause {
            found.extend(made_strict(subject, statement, it));
        }
        let Clause::ForeignKey(key) = clause else { continue };
        let Some(column) = not_null_column(subject, statement, key) else { continue };
        let table = subject.resolve(statement, &key.table);
        let message = format!(
            "`{table}.{column}` is NOT NULL, so ON DELETE SET NULL makes every deletion from `{}` fail.",
            subject.resolve(statement, &key.target)
        );
        found.push(
            subject
                .finding(RULE.id, Severity::Error, key.span, message)
                .about(table.id())
                .help("Make the column nullable, or write ON DELETE CASCADE."),
        );
    }
    found
}

/// SET NOT NULL on a column whose foreign key, made by an earlier migration, sets it to null.
fn made_strict(
    subject: &Subject<'_>,
    statement: &Statement,
    it: &Nullability,
) -> Option<Diagnostic> {
    let table = subject.resolve(statement, &it.table);
    let mut keys = subject.project.table(&table)?.foreign_keys.iter();
    let sets_null = |key: &ForeignKey| matches!(&key.on_delete, Some(OnDelete::SetNull(_)));
    let (at, key) = keys.find(|(_, key)| sets_null(key) && key.columns.contains(&it.column))?;
    (it.not_null && at.0 != subject.at).then_some(())?;
    let target = subject.project.resolve(*at, &key.target);
    let message = format!(
        "From here on `{table}.{}` is NOT NULL, and its foreign key says ON DELETE SET NULL: every deletion from `{target}` fails.",
        it.column
    );
    Some(
        subject
            .finding(RULE.id, Severity::Error, place_of(statement, None), message)
            .about(table.id())
            .help("Leave the column nullable, or make the foreign key anew with ON DELETE CASCADE."),
    )
}

/// The column that would be set to null and may not be.
fn not_null_column(
    subject: &Subject<'_>,
    statement: &Statement,
    key: &ForeignKey,
) -> Option<String> {
    let Some(OnDelete::SetNull(named)) = &key.on_delete else {
        return None;
    };
    let table = subject.resolve(statement, &key.table);
    let columns = if named.is_empty() { &key.columns } else { named };
    let declared = subject.declared_table(&table);
    let facts = subject.project.table(&table);
    let is_not_null = |name: &&String| match (declared, facts) {
        (Some(table), _) => table.columns.iter().any(|it| it.name == **name && it.not_null),
        (None, Some(facts)) => facts.column(name).is_some_and(|it| it.not_null),
        (None, None) => false,
    };
    columns.iter().find(is_not_null).cloned()
}
