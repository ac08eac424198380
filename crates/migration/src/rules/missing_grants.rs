//! Rule: a table with policies that nobody was granted.

use crate::diagnostic::{Diagnostic, Severity};
use crate::project::{TableFacts, TableName};
use crate::subject::Subject;

rule! {
    /// A table has policies, and no role is granted anything on it.
    ///
    /// ## Why it hurts
    ///
    /// A policy says which rows; a GRANT says whether at all. Supabase gave every new table in
    /// `public` to `anon` and `authenticated` by itself. It no longer does (new projects since May
    /// 2026, all projects from 30 October 2026): a migration that counts on it makes a table that the
    /// API cannot reach, error 42501, and on an old project one that is open to `anon`.
    ///
    /// ## What to do instead
    ///
    /// Say in the migration who may do what, column by column where that matters. `service_role` needs
    /// its grant too.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
    /// alter table notes enable row level security;
    /// create policy notes_own on notes to authenticated using (user_id = (select auth.uid()));
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
    /// create index notes_user_id on notes (user_id);
    /// alter table notes enable row level security;
    /// create policy notes_own on notes to authenticated using (user_id = (select auth.uid()));
    /// grant select, insert, update, delete on notes to authenticated, service_role;
    /// ```
    "missing-grants", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    subject
        .created_tables()
        .filter(|(name, facts, _)| is_missing(subject, name, facts))
        .map(|(name, _, span)| {
            let message = format!("`{name}` has policies, and no role is granted anything on it.");
            let help = format!("Add for example: grant select, insert, update, delete on {name} to authenticated;");
            subject.finding(RULE.id, Severity::Warning, span, message).about(name.id()).help(help)
        })
        .collect()
}

fn is_missing(subject: &Subject<'_>, name: &TableName, facts: &TableFacts<'_>) -> bool {
    !facts.policies.is_empty() && facts.granted.is_empty() && !is_granted_on_shadow(subject, name)
}

/// A block or a default gave some role the right to read or write it.
fn is_granted_on_shadow(subject: &Subject<'_>, name: &TableName) -> bool {
    let entry = subject.after.and_then(|after| after.get(&name.id()));
    entry.is_some_and(|entry| {
        entry.grants.iter().any(|grant| {
            Some(&grant.grantee) != entry.owner.as_ref()
                && ["SELECT", "INSERT", "UPDATE", "DELETE"].contains(&grant.privilege.as_str())
        })
    })
}
