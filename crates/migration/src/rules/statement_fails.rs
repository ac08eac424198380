//! Rule: a statement that PostgreSQL refuses.

use super::syntax_error;
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::outcome::Action;
use crate::owner::is_landlord_schema;
use crate::run::Failure;
use crate::statement::{MentionRole, Statement};
use crate::subject::{Subject, place_of};

/// The roles that Supabase's API acts as.
const ROLES: &[&str] = &["anon", "authenticated", "service_role"];

rule! {
    /// A statement fails: on the database that is planned for, or on an empty one.
    ///
    /// ## Why it hurts
    ///
    /// The migration would be rolled back at this statement. On an empty database, a name that is
    /// missing means that the files do not stand alone: they count on something that another project
    /// or a hand has made.
    ///
    /// ## What to do instead
    ///
    /// Read the message of PostgreSQL and correct the statement. A name that is already taken needs a
    /// name of one's own, not a guard.
    ///
    /// ```sql,bad
    /// alter table notes_that_nobody_made add column title text;
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// alter table notes add column title text;
    /// ```
    "statement-fails", Error, Database
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    if subject.planned.is_some() {
        return planned(subject);
    }
    let runs = subject.declared.map_or(&[][..], |it| &it.statements);
    let mut found = Vec::new();
    for (statement, run) in subject.statements().zip(runs) {
        let Some(failure) = run.failure.as_ref().filter(|_| !syntax_error::speaks_of(subject, statement)) else {
            continue;
        };
        // The shadow has the platform's objects and this project's; what is missing may be elsewhere.
        let severity = if is_undefined(failure) { Severity::Warning } else { Severity::Error };
        let message = format!("On an empty database this fails: {} ({}).", failure.message, failure.sqlstate);
        let mut finding = subject.finding(RULE.id, severity, place(statement, failure), message);
        finding.help.clone_from(&failure.hint);
        found.push(finding);
    }
    found
}

fn planned(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let runs = subject.planned.map_or(&[][..], |it| &it.run.statements);
    subject
        .outcomes(Action::Fails)
        .filter(|(statement, _)| !syntax_error::speaks_of(subject, statement))
        .map(|(statement, outcome)| {
            let failure = runs.get(statement.index).and_then(|it| it.failure.as_ref());
            let span = failure.map_or_else(
                || place_of(statement, outcome.object.as_ref()),
                |failure| place(statement, failure),
            );
            let detail = outcome.detail.clone().unwrap_or_default();
            let message = format!("This fails here: {detail}.");
            let mut finding = subject.finding(RULE.id, Severity::Error, span, message);
            finding.object.clone_from(&outcome.object);
            finding.help = failure.and_then(|it| it.hint.clone().or_else(|| advice(subject, statement, it)));
            finding
        })
        .collect()
}

/// What is missing may be made by a statement that fails as well, or be what Supabase has and others have not.
fn advice(subject: &Subject<'_>, statement: &Statement, failure: &Failure) -> Option<String> {
    let name = Some(failure).filter(|it| is_undefined(it)).and_then(|it| missing(&it.message))?;
    let bare = name.rsplit('.').next().unwrap_or(name);
    let creates = |it: &&Statement| it.mentions_as(MentionRole::Creates).any(|it| it.name.name == bare);
    let earlier = subject.migrations.iter().take(subject.at).flat_map(|file| {
        file.statements.iter().map(move |it| (it, format!("line {} of `{}`", it.line, file.file)))
    });
    let here = subject.statements().take_while(|it| it.index < statement.index);
    let mut before = earlier.chain(here.map(|it| (it, format!("line {}", it.line))));
    if let Some((_, place)) = before.find(|(it, _)| creates(it)) {
        return Some(format!("`{name}` is to be made on {place}: see what is said of that."));
    }
    let schema = name.split_once('.').map_or(name, |(schema, _)| schema);
    if ROLES.contains(&name) {
        return Some(format!("`{name}` is a role of Supabase's, and this server has none of that name: `create role {name} nologin` makes it."));
    }
    is_landlord_schema(schema).then(|| {
        format!("`{name}` is Supabase's, and not in this database: make it there first, or do without it.")
    })
}

/// What a message of PostgreSQL says is not there, without quotes and arguments.
fn missing(message: &str) -> Option<&str> {
    let quoted = message.split('"').nth(1);
    quoted.or_else(|| message.strip_prefix("function ")?.split('(').next())
}

/// SQLSTATEs that say: no such table, column, object, function, schema, type.
fn is_undefined(failure: &Failure) -> bool {
    ["42P01", "42703", "42704", "42883", "3F000"].contains(&failure.sqlstate.as_str())
}

/// The word that PostgreSQL points at.
fn place(statement: &Statement, failure: &Failure) -> Span {
    let Some(position) = failure.position else {
        return place_of(statement, None);
    };
    let rest = statement.text.get(position..).unwrap_or_default();
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == '"';
    let length = rest.find(|c| !word(c)).unwrap_or(rest.len()).max(1).min(rest.len());
    let start = statement.span.start + position;
    Span { start, end: start + length }
}
