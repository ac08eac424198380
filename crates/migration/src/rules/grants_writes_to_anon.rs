//! Rule: visitors may write.

use crate::clause::Clause;
use crate::diagnostic::{Diagnostic, Severity};
use crate::subject::Subject;

rule! {
    /// INSERT, UPDATE or DELETE on a table is granted to `anon`, or to everybody.
    ///
    /// ## Why it hurts
    ///
    /// `anon` is whoever has the public key of the page. From here on one policy that is a word too wide lets
    /// the whole internet write, and nothing else stands in the way.
    ///
    /// ## What to do instead
    ///
    /// Grant writes to authenticated. Anonymous sign-ins have that role too: they are accounts.
    ///
    /// ```sql,bad
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// grant select, insert, update on notes to anon, authenticated;
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// grant select on notes to anon;
    /// grant insert, update on notes to authenticated;
    /// ```
    "grants-writes-to-anon", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (statement, clause) in subject.clauses() {
        let Clause::Privileges(it) = clause else { continue };
        let writes = it.privileges.is_empty()
            || it.privileges.iter().any(|word| ["insert", "update", "delete", "all"].contains(&word.as_str()));
        let Some(role) = it.roles.iter().find(|role| *role == "anon" || *role == "public") else {
            continue;
        };
        if !it.grants || !writes {
            continue;
        }
        for relation in &it.relations {
            let table = subject.resolve(statement, relation);
            let own = subject.project.table(&table).is_some_and(|it| it.created.is_some());
            if !own {
                continue;
            }
            let message = format!("Whoever has the public key may write `{table}`: it is granted to {role}.");
            found.push(
                subject
                    .finding(RULE.id, Severity::Warning, it.span, message)
                    .about(table.id())
                    .help("Grant writes to authenticated alone."),
            );
        }
    }
    found
}
