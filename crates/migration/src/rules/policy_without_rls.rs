//! Rule: policies on a table whose row-level security is off.

use crate::diagnostic::{Diagnostic, Severity};
use crate::subject::Subject;

rule! {
    /// A policy is created on a table, and row-level security is never switched on for it.
    ///
    /// ## Why it hurts
    ///
    /// A policy without row-level security does nothing at all. The file reads as if the table were
    /// protected, and every row is open to whoever is granted the table.
    ///
    /// ## What to do instead
    ///
    /// Add `alter table … enable row level security` to the same migration.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
    /// create policy notes_own on notes to authenticated using (user_id = (select auth.uid()));
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
    /// create index notes_user_id on notes (user_id);
    /// alter table notes enable row level security;
    /// create policy notes_own on notes to authenticated using (user_id = (select auth.uid()));
    /// grant select on notes to authenticated;
    /// ```
    "policy-without-rls", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, policy, table) in subject.policies() {
        let Some(facts) = subject.project.table(&table) else { continue };
        let on_shadow = subject.declared_table(&table).is_some_and(|it| it.rls);
        if !policy.creates || facts.created.is_none() || facts.rls || on_shadow {
            continue;
        }
        let message = format!("The policy `{}` does nothing: row-level security is off on `{table}`.", policy.name);
        found.push(
            subject
                .finding(RULE.id, Severity::Error, policy.span, message)
                .about(table.id())
                .help(format!("Add: alter table {table} enable row level security;")),
        );
    }
    found
}
