//! Rule: a policy that believes what users say about themselves.

use crate::diagnostic::{Diagnostic, Severity};
use crate::subject::Subject;

rule! {
    /// A policy decides by `user_metadata`, which users write themselves.
    ///
    /// ## Why it hurts
    ///
    /// Everybody can set their own `user_metadata` (`raw_user_meta_data` in the table) through the
    /// sign-in API: a policy that reads a role or a team from it lets people choose their rights.
    ///
    /// ## What to do instead
    ///
    /// Use `app_metadata`, which only the server writes, or a table of memberships.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// create policy notes_admin on notes to authenticated
    ///   using ((select auth.jwt()) -> 'user_metadata' ->> 'role' = 'admin');
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// create policy notes_admin on notes to authenticated
    ///   using ((select auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');
    /// ```
    "policy-user-metadata", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (_, policy, table) in subject.policies() {
        let own_words = ["user_metadata", "raw_user_meta_data"];
        let Some(word) = own_words.iter().find(|it| policy.words.iter().any(|word| word == *it)) else {
            continue;
        };
        let message = format!("The policy `{}` on `{table}` trusts `{word}`, which every user can change.", policy.name);
        found.push(
            subject
                .finding(RULE.id, Severity::Error, policy.span, message)
                .about(table.id())
                .help("Decide by app_metadata, or by a table that users cannot write."),
        );
    }
    found
}
