//! Rule: a storage bucket that is changed if it is there already.

use crate::clause::Clause;
use crate::diagnostic::{Diagnostic, Severity};
use crate::subject::Subject;

rule! {
    /// A migration inserts a storage bucket and overwrites the one that has that id.
    ///
    /// ## Why it hurts
    ///
    /// Bucket ids are shared by all projects of a database. `ON CONFLICT (id) DO UPDATE SET public =
    /// true` opens another project's private bucket to everybody, without an error.
    ///
    /// ## What to do instead
    ///
    /// Insert the bucket under an id of your own, and let a taken id be an error.
    ///
    /// ```sql,bad
    /// insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true)
    ///   on conflict (id) do update set public = excluded.public;
    /// ```
    ///
    /// ```sql,good
    /// insert into storage.buckets (id, name, public) values ('notes-files', 'notes-files', false);
    /// ```
    "bucket-upsert", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (statement, clause) in subject.clauses() {
        let Clause::Upsert(upsert) = clause else { continue };
        let table = subject.resolve(statement, &upsert.table);
        if table.schema != "storage" || table.name != "buckets" {
            continue;
        }
        let message = "If another project has a bucket of this id, this changes it.";
        found.push(
            subject
                .finding(RULE.id, Severity::Error, upsert.span, message)
                .about(table.id())
                .help("Leave ON CONFLICT DO UPDATE out and choose an id of your own."),
        );
    }
    found
}
