//! Rule: a file that cannot be read as SQL.

use crate::diagnostic::{Diagnostic, Severity};
use crate::migration::SyntaxError;
use crate::run::Failure;
use crate::statement::Statement;
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
    /// Correct the statement. If PostgreSQL can read it, the shadow database notices and the finding is
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
        .filter(|error| !is_read_all_the_same(subject, error))
        .map(|error| {
            let message = format!("This cannot be read as SQL: {}", sentence(&error.message));
            subject.finding(RULE.id, Severity::Error, error.span, message)
        })
        .collect()
}

/// This rule has a finding about the statement. What PostgreSQL says of it is then told already.
pub(super) fn speaks_of(subject: &Subject<'_>, statement: &Statement) -> bool {
    let mut errors = subject.context.migration.syntax_errors.iter();
    errors.any(|error| {
        let inside = statement_of(subject, error).is_some_and(|it| it.index == statement.index);
        inside && !is_read_all_the_same(subject, error)
    })
}

fn statement_of<'a>(subject: &Subject<'a>, error: &SyntaxError) -> Option<&'a Statement> {
    let inside = |it: &&Statement| it.span.start <= error.span.start && error.span.start <= it.span.end;
    subject.statements().find(inside)
}

/// PostgreSQL could read the statement on the shadow: then the parser is wrong.
fn is_read_all_the_same(subject: &Subject<'_>, error: &SyntaxError) -> bool {
    let statement = statement_of(subject, error);
    let run = subject.declared.zip(statement).and_then(|(run, it)| run.statements.get(it.index));
    run.is_some_and(|run| run.not_evaluated.is_none() && run.failure.as_ref().is_none_or(is_about_meaning))
}

/// The statement was read, and what it means is wrong: a name that nothing has, or that something has already.
fn is_about_meaning(failure: &Failure) -> bool {
    failure.sqlstate.starts_with("42") && failure.sqlstate != "42601"
}

/// The parser calls a keyword `CREATE_KW`; people know it without the tail.
fn sentence(message: &str) -> String {
    let words = message.split(' ').map(|word| {
        let bare = word.trim_end_matches([',', '.']);
        let keyword = bare.strip_suffix("_KW");
        keyword.map_or_else(|| word.to_owned(), |it| word.replacen(bare, it, 1))
    });
    let message = words.collect::<Vec<_>>().join(" ");
    let end = if message.ends_with('.') { "" } else { "." };
    format!("{message}{end}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn keywords_are_named_as_people_know_them() {
        let said = "expected one of TABLE_KW, VIEW_KW or command, found CREATE_KW";
        assert_eq!(super::sentence(said), "expected one of TABLE, VIEW or command, found CREATE.");
    }
}
