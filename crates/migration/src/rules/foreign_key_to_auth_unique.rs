//! Rule: a foreign key to a platform's column that is not the primary key.

use crate::clause::{Clause, ForeignKey};
use crate::diagnostic::{Diagnostic, Severity};
use crate::statement::Statement;
use crate::subject::Subject;

rule! {
    /// A foreign key points at a column of a platform's table that is not its primary key.
    ///
    /// ## Why it hurts
    ///
    /// Only the primary keys of `auth` tables are promised to stay. A foreign key to `phone` pins an
    /// index that the platform wants to change, and its upgrade fails; `email` is unique under a
    /// condition only, so it cannot be referenced at all. Both change when a user changes them.
    ///
    /// ## What to do instead
    ///
    /// Reference `auth.users (id)` and look the address up when it is needed.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key, phone text references auth.users (phone) on delete cascade);
    /// ```
    ///
    /// ```sql,good
    /// create table notes (
    ///   id uuid primary key,
    ///   user_id uuid references auth.users (id) on delete cascade
    /// );
    /// alter table notes enable row level security;
    /// ```
    "foreign-key-to-auth-unique", Error, Files
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
    let target = subject.resolve(statement, &key.target);
    let identity = &subject.settings.identity_table;
    let key_column = if target == subject.identity() { identity.column.as_str() } else { "id" };
    let [column] = key.target_columns.as_slice() else {
        return None;
    };
    let platforms = target == subject.identity() || target.schema == "auth";
    if !platforms || column == key_column {
        return None;
    }
    let message = format!("`{target} ({column})` is not the table's primary key, and the platform may change it.");
    Some(
        subject
            .finding(RULE.id, Severity::Error, key.span, message)
            .about(target.id())
            .help(format!("Reference {target} ({key_column}).")),
    )
}
