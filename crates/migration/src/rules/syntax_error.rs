//! Rule: a file that cannot be read as SQL.

use crate::diagnostic::{Diagnostic, Severity};
use crate::migration::SyntaxError;
use crate::subject::Subject;

rule! {
    /// A statement is not SQL that PostgreSQL understands.
    ///
    /// ## Why it hurts
    ///
    /// The server refuses the statement, or understands something else. Lines that start with a
    /// backslash are commands of `psql`: no server knows them.
    ///
    /// ## What to do instead
    ///
    /// Correct the statement. If PostgreSQL accepts it, the shadow database notices and the finding is
    /// dropped (`lodger lint` without `--static`).
    ///
    /// ```sql,bad
    /// create tabel notes (id uuid primary key);
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// ```
    "syntax-error", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let errors = subject.context.migration.syntax_errors.iter();
    errors
        .filter(|error| !ran_all_the_same(subject, error))
        .map(|error| {
            let message = format!("This cannot be read as SQL: {}", sentence(&error.message));
            subject.finding(RULE.id, Severity::Error, error.span, message)
        })
        .collect()
}

/// PostgreSQL ran the statement on the shadow: then the parser is wrong.
fn ran_all_the_same(subject: &Subject<'_>, error: &SyntaxError) -> bool {
    let inside = |it: &&crate::statement::Statement| {
        it.span.start <= error.span.start && error.span.start <= it.span.end
    };
    let statement = subject.statements().find(inside);
    let run = subject.declared.zip(statement).and_then(|(run, it)| run.statements.get(it.index));
    run.is_some_and(|run| run.failure.is_none() && run.not_evaluated.is_none())
}

fn sentence(message: &str) -> String {
    let end = if message.ends_with('.') { "" } else { "." };
    format!("{message}{end}")
}
