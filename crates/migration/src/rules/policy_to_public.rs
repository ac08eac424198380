//! Rule: a policy for everybody.

use crate::clause::Policy;
use crate::diagnostic::{Diagnostic, Severity};
use crate::fix::policy::to_authenticated;
use crate::subject::Subject;

rule! {
    /// A policy names no role, so it holds for every role there is.
    ///
    /// ## Why it hurts
    ///
    /// Without TO a policy is for PUBLIC: also for `anon`, for roles of other projects and for those
    /// that are made tomorrow. Postgres evaluates it for each of them, and where its condition is true
    /// for somebody who is not signed in, the rows are open.
    ///
    /// ## What to do instead
    ///
    /// Add TO authenticated, or TO anon, authenticated where both are meant.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
    /// alter table notes enable row level security;
    /// create policy notes_own on notes using (user_id = (select auth.uid()));
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
    /// alter table notes enable row level security;
    /// create policy notes_own on notes to authenticated using (user_id = (select auth.uid()));
    /// ```
    "policy-to-public", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let open = subject.policies().filter(|(_, policy, _)| is_for_all(policy));
    open.map(|(statement, policy, table)| {
        let message = format!("The policy `{}` on `{table}` is for every role, signed in or not.", policy.name);
        let mut finding = subject
            .finding(RULE.id, Severity::Warning, policy.span, message)
            .about(table.id())
            .help("Add TO authenticated before USING.");
        finding.fix = to_authenticated(statement, policy);
        finding
    })
    .collect()
}

fn is_for_all(policy: &Policy) -> bool {
    let public = policy.roles.iter().any(|role| role == "public");
    public || (policy.creates && policy.roles.is_empty() && policy.permissive)
}
