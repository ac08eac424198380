//! Rule: a statement that becomes a step of its own.

use crate::diagnostic::{Diagnostic, Severity};
use crate::statement::TransactionMode;
use crate::subject::Subject;

rule! {
    /// A statement cannot run in a transaction, so it becomes a step of its own.
    ///
    /// ## Why it hurts
    ///
    /// CREATE INDEX CONCURRENTLY, VACUUM and their like take effect at once: nothing can be proved
    /// before they do, and what stood before them in the file is committed first. If an index cannot
    /// be built, an INVALID one stays behind.
    ///
    /// ## What to do instead
    ///
    /// Often nothing: on a big table that is the price of not blocking writers. Keep such a statement
    /// in a file of its own, and leave CONCURRENTLY out where the table is new and empty.
    ///
    /// ```sql,bad
    /// create index concurrently notes_title on notes (title);
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key, title text);
    /// alter table notes enable row level security;
    /// create index notes_title on notes (title);
    /// ```
    "cannot-run-in-transaction", Info, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let alone = subject.statements().filter(|it| it.transaction == TransactionMode::Alone);
    alone
        .map(|statement| {
            let kind = statement.kind.as_str().replace('_', " ");
            let message = format!("This {kind} runs as a step of its own and takes effect before it can be verified.");
            subject
                .finding(RULE.id, Severity::Info, statement.span, message)
                .help("Keep it in a file of its own, so that nothing else waits for it.")
        })
        .collect()
}
