//! Rule: a foreign key to a table of users that is not the one that signs people in.

use crate::clause::{Clause, ForeignKey};
use crate::diagnostic::{Diagnostic, Edit, Fix, Severity};
use crate::names::{is_owner_column, is_users_like};
use crate::object::{ObjectId, ObjectKind};
use crate::statement::Statement;
use crate::subject::Subject;

rule! {
    /// A foreign key points at a table of users that is not `auth.users`.
    ///
    /// ## Why it hurts
    ///
    /// Without a schema, `users` is whatever stands first on the search path: on a shared database,
    /// another project's table. Inserting the id of somebody who has signed in then fails with 23503,
    /// and removing a stranger's row removes yours.
    ///
    /// ## What to do instead
    ///
    /// Reference `auth.users (id)`, with the schema and with ON DELETE CASCADE.
    ///
    /// ```sql,bad
    /// create table notes (
    ///   id uuid primary key,
    ///   user_id uuid not null references users (id) on delete cascade
    /// );
    /// ```
    ///
    /// ```sql,good
    /// create table notes (
    ///   id uuid primary key,
    ///   user_id uuid not null references auth.users (id) on delete cascade
    /// );
    /// create index notes_user_id on notes (user_id);
    /// alter table notes enable row level security;
    /// create policy notes_own on notes to authenticated using (user_id = (select auth.uid()));
    /// grant select on notes to authenticated;
    /// ```
    "foreign-key-not-to-auth-users", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (statement, clause) in subject.clauses() {
        if let Clause::ForeignKey(key) = clause {
            found.extend(judge(subject, statement, key));
        }
    }
    found
}

fn judge(subject: &Subject<'_>, statement: &Statement, key: &ForeignKey) -> Option<Diagnostic> {
    let identity = subject.identity();
    let target = subject.resolve(statement, &key.target);
    let table = subject.resolve(statement, &key.table);
    if target == identity || target == table || target.is_landlords() {
        return None;
    }
    let by_column = key.columns.iter().any(|it| is_owner_column(it))
        && !subject.project.makes_table(&target);
    if !is_users_like(&target.name) && !by_column {
        return None;
    }
    if refers_to_identity(subject, &target) {
        return None;
    }
    let column = &subject.settings.identity_table.column;
    let rest = if key.on_delete.is_none() { " on delete cascade" } else { "" };
    let mut edits = vec![Edit {
        span: key.target_span,
        text: identity.to_string(),
    }];
    if !rest.is_empty() {
        let end = subject.end_of_target(key);
        let span = crate::diagnostic::Span { start: end, end };
        edits.push(Edit { span, text: rest.to_owned() });
    }
    let columns = key.columns.join(", ");
    let message = format!("The foreign key on `{columns}` points at `{target}`, not at `{identity}`.");
    let help = format!("Write REFERENCES {identity} ({column}) ON DELETE CASCADE.");
    let mut finding = subject.finding(RULE.id, Severity::Error, key.span, message).help(help);
    finding.object = Some(key.constraint.as_ref().map_or_else(
        || target.id(),
        |name| ObjectId::on_table(ObjectKind::Constraint, &table.schema, &table.name, name),
    ));
    finding.fix = same_column(key, column).then(|| Fix {
        title: format!("Reference {identity}"),
        edits,
    });
    Some(finding)
}

/// The target's own key is a reference to the identity table: a profile, with the user's id.
fn refers_to_identity(subject: &Subject<'_>, target: &crate::project::TableName) -> bool {
    subject.project.table(target).is_some_and(|facts| {
        facts.foreign_keys.iter().any(|(at, key)| {
            subject.project.resolve(*at, &key.target) == subject.identity()
                && key.columns == facts.primary_key
        })
    })
}

/// The referenced column is called like the identity table's, so that only the table's name changes.
fn same_column(key: &ForeignKey, column: &str) -> bool {
    match key.target_columns.as_slice() {
        [] => true,
        [one] => one == column,
        _ => false,
    }
}
