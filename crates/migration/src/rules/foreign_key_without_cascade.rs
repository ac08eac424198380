//! Rule: a foreign key that keeps users from being deleted.

use crate::clause::{Clause, OnDelete};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::subject::Subject;

rule! {
    /// A foreign key to `auth.users` says nothing about deletion, so it forbids it.
    ///
    /// ## Why it hurts
    ///
    /// Without ON DELETE, Postgres refuses to delete a user who owns a row here. The user belongs to
    /// every project on the database: account deletion fails for all of them with "Database error
    /// deleting user".
    ///
    /// ## What to do instead
    ///
    /// ON DELETE CASCADE where the rows are the user's; ON DELETE SET NULL on a nullable column where
    /// they outlive the user.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key, user_id uuid not null references auth.users (id));
    /// ```
    ///
    /// ```sql,good
    /// create table notes (
    ///   id uuid primary key,
    ///   user_id uuid not null references auth.users (id) on delete cascade,
    ///   reviewer uuid references auth.users (id) on delete set null
    /// );
    /// alter table notes enable row level security;
    /// ```
    "foreign-key-without-cascade", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let identity = subject.identity();
    for (statement, clause) in subject.clauses() {
        let Clause::ForeignKey(key) = clause else { continue };
        let blocks = matches!(key.on_delete, None | Some(OnDelete::NoAction | OnDelete::Restrict));
        if !blocks || subject.resolve(statement, &key.target) != identity {
            continue;
        }
        // Written out it is at least meant.
        let severity = if key.on_delete.is_none() { Severity::Error } else { Severity::Warning };
        let message = format!(
            "Nobody who owns a row of `{}` can be deleted from `{identity}` any more, in any project.",
            subject.resolve(statement, &key.table)
        );
        let mut finding = subject.finding(RULE.id, severity, key.span, message).help(
            "Add ON DELETE CASCADE, or ON DELETE SET NULL on a nullable column.",
        );
        if key.on_delete.is_none() {
            let end = subject.end_of_target(key);
            let span = Span { start: end, end };
            finding = finding.fixed_by("Add ON DELETE CASCADE", span, " on delete cascade");
        }
        found.push(finding.about(subject.resolve(statement, &key.table).id()));
    }
    found
}
