//! Rule: two permissive policies for the same access.

use crate::clause::Policy;
use crate::diagnostic::{Diagnostic, Severity};
use crate::subject::Subject;

rule! {
    /// Two permissive policies of a table cover the same command and role.
    ///
    /// ## Why it hurts
    ///
    /// Permissive policies are joined with OR: the looser one decides, and a stricter one that was
    /// meant to replace it changes nothing. Postgres evaluates both for every row.
    ///
    /// ## What to do instead
    ///
    /// Write one policy with both conditions, drop the old one, or make one of them RESTRICTIVE.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
    /// alter table notes enable row level security;
    /// create policy notes_own on notes for select to authenticated using (user_id = (select auth.uid()));
    /// create policy notes_read on notes for all to authenticated using (true);
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
    /// alter table notes enable row level security;
    /// create policy notes_own on notes for select to authenticated using (user_id = (select auth.uid()));
    /// create policy notes_add on notes for insert to authenticated with check (user_id = (select auth.uid()));
    /// ```
    "duplicate-permissive-policies", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (table, facts) in subject.project.own_tables_in(subject.at) {
        for (index, (at, policy)) in facts.policies.iter().enumerate() {
            let earlier = facts.policies.iter().take(index);
            let twin = earlier.map(|(_, it)| *it).find(|it| overlap(it, policy));
            let Some(twin) = twin.filter(|_| at.0 == subject.at) else { continue };
            let message = format!(
                "The policies `{}` and `{}` on `{table}` both allow {}; the looser one decides.",
                twin.name, policy.name, common(twin, policy)
            );
            found.push(
                subject
                    .finding(RULE.id, Severity::Warning, policy.span, message)
                    .about(table.id())
                    .help(format!("Drop `{}`, or write one policy with both conditions.", twin.name)),
            );
        }
    }
    found
}

fn overlap(one: &Policy, other: &Policy) -> bool {
    let all = |it: &Policy| it.roles.is_empty() || it.roles.iter().any(|role| role == "public");
    let roles = all(one) || all(other) || one.roles.iter().any(|role| other.roles.contains(role));
    let commands = one.command == other.command || one.command == "all" || other.command == "all";
    one.permissive && other.permissive && roles && commands && one.name != other.name
}

fn common(one: &Policy, other: &Policy) -> String {
    let command = if one.command == "all" { &other.command } else { &one.command };
    if command == "all" { "everything".to_owned() } else { command.to_uppercase() }
}
