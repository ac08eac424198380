//! Rule: a policy that lets everybody write.

use crate::clause::Policy;
use crate::diagnostic::{Diagnostic, Severity};
use crate::names::is_always_true;
use crate::subject::Subject;

rule! {
    /// A permissive policy lets the API's roles write any row.
    ///
    /// ## Why it hurts
    ///
    /// USING (true) on UPDATE or DELETE, or WITH CHECK (true) on INSERT, is the same as no row-level
    /// security at all: every account changes the rows of all others, and permissive policies beside it
    /// change nothing about that.
    ///
    /// ## What to do instead
    ///
    /// Compare a column with `(select auth.uid())`. What only the server writes needs no policy:
    /// `service_role` passes row-level security anyway.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// create policy notes_write on notes for update to authenticated using (true);
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
    /// alter table notes enable row level security;
    /// create policy notes_write on notes for update to authenticated
    ///   using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
    /// ```
    "policy-always-true", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let open = subject.policies().filter(|(_, policy, _)| lets_everybody_write(policy));
    open.map(|(_, policy, table)| {
        let command = if policy.command == "all" { "write" } else { &policy.command };
        let message = format!("The policy `{}` lets everybody {command} any row of `{table}`.", policy.name);
        subject
            .finding(RULE.id, Severity::Warning, policy.span, message)
            .about(table.id())
            .help("Compare a column with (select auth.uid()), or leave the policy out: service_role needs none.")
    })
    .collect()
}

fn lets_everybody_write(policy: &Policy) -> bool {
    let using = policy.using.as_deref().is_some_and(is_always_true);
    let check = policy.check.as_deref().is_some_and(is_always_true);
    let open = match policy.command.as_str() {
        "insert" => check || policy.check.is_none(),
        "update" | "delete" => using || check,
        "all" => check || (using && policy.check.is_none()),
        _ => false,
    };
    policy.creates && policy.permissive && policy.is_for_api() && open
}
