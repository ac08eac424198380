//! Rule: `auth.uid()` that runs once per row.

use crate::diagnostic::{Diagnostic, Severity};
use crate::subject::Subject;

rule! {
    /// A policy calls `auth.uid()` or its like for every row.
    ///
    /// ## Why it hurts
    ///
    /// The answer is the same for every row of a query, but Postgres cannot know: it calls the
    /// function once per row it looks at, and reading a setting and parsing JSON a million times is
    /// what makes the query slow.
    ///
    /// ## What to do instead
    ///
    /// Put it into a sub-select, which runs once: `(select auth.uid())`.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
    /// alter table notes enable row level security;
    /// create policy notes_own on notes to authenticated using (user_id = auth.uid());
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
    /// alter table notes enable row level security;
    /// create policy notes_own on notes to authenticated using (user_id = (select auth.uid()));
    /// ```
    "unwrapped-auth-uid", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, policy, table) in subject.policies() {
        for (name, span) in &policy.calls_per_row {
            let text = subject.migration.text.get(span.start..span.end).unwrap_or(name);
            let message = format!("The policy `{}` calls {name} for every row of `{table}`.", policy.name);
            let wrapped = format!("(select {text})");
            found.push(
                subject
                    .finding(RULE.id, Severity::Warning, *span, message)
                    .about(table.id())
                    .help(format!("Write {wrapped}."))
                    .fixed_by("Put the call into a sub-select", *span, wrapped),
            );
        }
    }
    found
}
