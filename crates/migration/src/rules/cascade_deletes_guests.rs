//! Rule: what becomes of the rows of guests.

use crate::clause::{Clause, OnDelete};
use crate::diagnostic::{Diagnostic, Severity};
use crate::subject::Subject;

rule! {
    /// A project that has anonymous users lets its rows go with their accounts.
    ///
    /// ## Why it hurts
    ///
    /// Anonymous accounts are cleaned up by age: Supabase's recipe, and its Auth server where that is switched
    /// on, delete them 30 days after they were made, not after they were last used. ON DELETE CASCADE then
    /// deletes their rows in this project without a word.
    ///
    /// ## What to do instead
    ///
    /// Nothing, if that is meant. Otherwise find out whether the clean-up runs on this instance, tell guests
    /// before it does, and move their rows when they register.
    ///
    /// ```sql,bad
    /// create table drafts (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
    /// alter table drafts enable row level security;
    /// create policy drafts_own on drafts for insert to authenticated
    ///   with check ((select (auth.jwt() ->> 'is_anonymous')::boolean) and user_id = (select auth.uid()));
    /// ```
    ///
    /// ```sql,good
    /// create table drafts (id uuid primary key, user_id uuid references auth.users (id) on delete set null);
    /// alter table drafts enable row level security;
    /// ```
    "cascade-deletes-guests", Info, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    if !subject.project.knows_guests() {
        return Vec::new();
    }
    let identity = subject.identity();
    let clauses = subject.statements().flat_map(|it| it.clauses.iter().map(move |clause| (it, clause)));
    let first = clauses.into_iter().find_map(|(statement, clause)| match clause {
        Clause::ForeignKey(key)
            if key.on_delete == Some(OnDelete::Cascade)
                && subject.resolve(statement, &key.target) == identity =>
        {
            Some((statement, key))
        }
        _ => None,
    });
    let Some((statement, key)) = first else { return Vec::new() };
    let table = subject.resolve(statement, &key.table);
    let message = format!("When an anonymous account is cleaned up, its rows of `{table}` go with it.");
    let finding = subject.finding(RULE.id, Severity::Info, key.span, message);
    vec![finding.about(table.id()).help("Find out whether this instance deletes anonymous accounts by age, and tell guests before it does.")]
}
