//! Rule: a table that is granted, and whose rows nobody may see.

use crate::diagnostic::{Diagnostic, Severity};
use crate::subject::Subject;

rule! {
    /// A table is granted to a role of the API, has row-level security on, and has no policy.
    ///
    /// ## Why it hurts
    ///
    /// Reads give no rows and no error, writes fail: easily taken for an empty table.
    ///
    /// ## What to do instead
    ///
    /// Add a policy, or leave the grant out if only the server is to use the table.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// grant select on notes to authenticated;
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// create policy notes_read on notes for select to authenticated using (true);
    /// grant select on notes to authenticated;
    /// ```
    "rls-without-policy", Info, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, facts, span) in subject.created_tables() {
        let api_roles = ["anon", "authenticated", "public"];
        let granted = api_roles.iter().find(|role| facts.granted.contains(**role));
        let on_shadow = subject.after.is_some_and(|after| {
            let mut parts = after.of_table(&name.schema, &name.name);
            parts.any(|(id, _)| id.kind == crate::object::ObjectKind::Policy)
        });
        let Some(role) = granted.filter(|_| facts.rls && facts.policies.is_empty() && !on_shadow) else {
            continue;
        };
        let message = format!("`{name}` is granted to {role}, and without a policy that role sees no row.");
        found.push(subject.finding(RULE.id, Severity::Info, span, message).about(name.id()));
    }
    found
}
