//! Rule: a policy that reads another table for its answer.

use crate::diagnostic::{Diagnostic, Severity};
use crate::subject::Subject;

rule! {
    /// A policy reads another table in a sub-select.
    ///
    /// ## Why it hurts
    ///
    /// The sub-select is a filter, never a condition of an index: "all my files" reads every file, or all of
    /// the other table, each time. With 100,000 sessions and 300,000 files 49 ms were measured, and 0.16 ms
    /// with the owner's id in a column of the table itself.
    ///
    /// ## What to do instead
    ///
    /// Keep the owner's id in this table too, held by a foreign key on both columns, and compare that.
    /// Where the other table is small, or a membership has to be looked up, leave it as it is.
    ///
    /// ```sql,bad
    /// create table folders (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
    /// create table files (id uuid primary key, folder_id uuid references folders (id) on delete cascade);
    /// alter table files enable row level security;
    /// create policy files_own on files to authenticated
    ///   using (folder_id in (select id from folders where user_id = (select auth.uid())));
    /// ```
    ///
    /// ```sql,good
    /// create table files (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
    /// alter table files enable row level security;
    /// create policy files_own on files to authenticated using (user_id = (select auth.uid()));
    /// ```
    "policy-subquery", Info, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (statement, policy, table) in subject.policies() {
        let mut read = policy.reads.iter().map(|it| subject.resolve(statement, it));
        let Some(other) = read.find(|it| *it != table) else { continue };
        let message = format!("The policy `{}` reads `{other}` to decide about a row of `{table}`: no index helps.", policy.name);
        found.push(
            subject
                .finding(RULE.id, Severity::Info, policy.span, message)
                .about(table.id())
                .help("Keep the owner's id in this table too, and compare that."),
        );
    }
    found
}
