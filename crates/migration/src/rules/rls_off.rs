//! Rule: a table without row-level security.

use crate::diagnostic::{Diagnostic, Severity};
use crate::project::TableFacts;
use crate::subject::Subject;

rule! {
    /// A table is created, and row-level security is never switched on for it.
    ///
    /// ## Why it hurts
    ///
    /// The API gives everybody who knows the project's public key what the roles `anon` and
    /// `authenticated` are granted. Without row-level security that is every row of every user. On
    /// projects made before May 2026 these roles are granted everything in `public` by default.
    ///
    /// ## What to do instead
    ///
    /// `alter table … enable row level security`, with a policy per kind of access, or no policy at
    /// all for a table that only the server uses. A schema that the API does not expose is the other way.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key, title text);
    /// grant select on notes to anon;
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key, title text);
    /// alter table notes enable row level security;
    /// ```
    "rls-off", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, facts, span) in subject.created_tables() {
        let on_shadow = subject.declared_table(name).is_some_and(|it| it.rls);
        let partition = facts.created.is_some_and(|(_, it)| it.partition_of.is_some());
        // Policies without row-level security are another rule's, and say more.
        if facts.rls || on_shadow || partition || !facts.policies.is_empty() {
            continue;
        }
        let (severity, message) = match open_to(facts) {
            Some(role) => (
                Severity::Error,
                format!("`{name}` is granted to {role} without row-level security: every row is everybody's."),
            ),
            None => (
                Severity::Warning,
                format!("Row-level security is off on `{name}`."),
            ),
        };
        let help = format!("Add: alter table {name} enable row level security;");
        found.push(subject.finding(RULE.id, severity, span, message).about(name.id()).help(help));
    }
    found
}

/// A role that the API acts as.
fn open_to<'a>(facts: &'a TableFacts<'_>) -> Option<&'a str> {
    let api_roles = ["anon", "authenticated", "public"];
    api_roles.into_iter().find(|role| facts.granted.contains(*role))
}
