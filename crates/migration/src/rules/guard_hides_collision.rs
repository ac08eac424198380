//! Rule: a guard that hides a collision.

use crate::clause::{Clause, Guard};
use crate::diagnostic::{Diagnostic, Severity};
use crate::object::ObjectKind;
use crate::statement::{Mention, MentionRole, Statement, StatementKind};
use crate::subject::Subject;

rule! {
    /// IF NOT EXISTS, or a DO block with the same effect, turns a collision of names into silence.
    ///
    /// ## Why it hurts
    ///
    /// Postgres compares the name and nothing else. Where another project has a table, an index or a
    /// type of that name, the statement does nothing, says so in a NOTICE that nobody reads, and every
    /// statement after it works on the stranger's object. DO blocks are worse: a question such as
    /// `select from pg_type where typname = 'status'` is answered by any schema.
    ///
    /// ## What to do instead
    ///
    /// Write the plain CREATE. A migration runs once, and its history keeps it from running again; if
    /// the name is taken, an error is what you want. Prefix names with the project's name, or give the
    /// project a schema of its own. CREATE SCHEMA and CREATE EXTENSION may keep their guards: those
    /// are meant to be shared.
    ///
    /// ```sql,bad
    /// create table if not exists notes (id uuid primary key);
    /// do $$ begin
    ///   create type note_status as enum ('open', 'done');
    /// exception when duplicate_object then null;
    /// end $$;
    /// ```
    ///
    /// ```sql,good
    /// create schema if not exists notes;
    /// create type notes.status as enum ('open', 'done');
    /// create table notes.entries (id uuid primary key, status notes.status not null);
    /// alter table notes.entries enable row level security;
    /// ```
    "guard-hides-collision", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    // With a database at hand the plan says what is skipped, and what is not needs no warning.
    if subject.planned.is_some() {
        return Vec::new();
    }
    subject
        .statements()
        .filter_map(|statement| match statement.kind {
            StatementKind::Do => block(subject, statement),
            _ if statement.guarded => guarded(subject, statement),
            _ => None,
        })
        .collect()
}

fn guarded(subject: &Subject<'_>, statement: &Statement) -> Option<Diagnostic> {
    let made = statement.mentions.iter().find(|it| is_made(it))?;
    let kind = made.kind.map_or("object", ObjectKind::as_str);
    let name = crate::names::written(&made.name);
    let message = format!(
        "Where the {kind} `{name}` is there already, this does nothing, and what follows uses that one, whatever it looks like."
    );
    Some(
        subject
            .finding(RULE.id, Severity::Warning, made.span, message)
            .help("Leave IF NOT EXISTS out: a migration runs once, and a name that is taken should be an error."),
    )
}

fn block(subject: &Subject<'_>, statement: &Statement) -> Option<Diagnostic> {
    let made = statement.mentions.iter().find(|it| is_made(it))?;
    let guard = statement.clauses.iter().find_map(|clause| match clause {
        Clause::Guard(guard) => Some(guard),
        _ => None,
    })?;
    let kind = made.kind.map_or("object", ObjectKind::as_str);
    let name = crate::names::written(&made.name);
    let message = format!("{} Where the {kind} `{name}` is there already, nobody learns of it.", how(guard));
    Some(
        subject
            .finding(RULE.id, Severity::Warning, guard.span, message)
            .help("Write the plain CREATE outside of a DO block."),
    )
}

fn how(guard: &Guard) -> String {
    if guard.swallows {
        return format!("The block swallows `{}`.", guard.what);
    }
    let bare = if guard.names_schema { "" } else { " for a bare name, which any schema may have" };
    format!("The block asks `{}`{bare}.", guard.what)
}

/// A name that is created and that somebody else may have taken. Schemas, extensions and roles are
/// meant to be shared; a temporary table is nobody's.
fn is_made(mention: &Mention) -> bool {
    let creates = matches!(mention.role, MentionRole::Creates | MentionRole::Replaces);
    let shared = [ObjectKind::Schema, ObjectKind::Extension, ObjectKind::Role, ObjectKind::Database];
    creates && mention.kind.is_some_and(|kind| !shared.contains(&kind))
}
