//! Rule: a file that starts or ends transactions itself.

use crate::diagnostic::{Diagnostic, Severity};
use crate::fix::whole_lines;
use crate::statement::{StatementKind, TransactionMode};
use crate::subject::Subject;

rule! {
    /// A file starts or ends a transaction itself.
    ///
    /// ## Why it hurts
    ///
    /// Each migration runs in a transaction that is checked before it is committed. A COMMIT inside
    /// the file ends that transaction early: what stood before it can no longer be undone, what
    /// follows runs unprotected, and a failure leaves half a migration and no entry in the history.
    ///
    /// ## What to do instead
    ///
    /// Leave BEGIN, COMMIT and ROLLBACK out. Split the file where one part has to be committed before
    /// the next. Savepoints are fine.
    ///
    /// ```sql,bad
    /// begin;
    /// create schema notes;
    /// commit;
    /// ```
    ///
    /// ```sql,good
    /// create schema notes;
    /// ```
    "transaction-control", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let control = subject.statements().filter(|it| it.transaction == TransactionMode::Control);
    control
        .map(|statement| {
            let word = match statement.kind {
                StatementKind::Begin => "starts a transaction of its own",
                StatementKind::Rollback => "throws away what stands before it",
                _ => "commits before anything is checked",
            };
            let message = format!("`{}` {word}.", first_words(&statement.text));
            subject
                .finding(RULE.id, Severity::Error, statement.span, message)
                .help("Leave it out: a migration is one transaction already.")
                .fixed_by("Leave it out", whole_lines(&subject.migration.text, statement.span), "")
        })
        .collect()
}

fn first_words(text: &str) -> String {
    text.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}
