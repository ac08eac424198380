//! Rule: a guard that hides a collision.

use crate::clause::{Clause, Guard};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::fix::guard::plain;
use crate::names::written;
use crate::object::{ObjectId, ObjectKind};
use crate::outcome::{Action, Outcome};
use crate::rules::PlanView;
use crate::run::StatementRun;
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
    "guard-hides-collision", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let guarded = subject.statements().filter_map(|statement| {
        let made = statement.mentions.iter().find(|it| is_made(it))?;
        Some((statement, made, guard(statement, made)?))
    });
    guarded
        .filter_map(|(statement, made, (how, span))| {
            let kind = made.kind.map_or("object", ObjectKind::as_str);
            let name = written(&made.name);
            let (severity, message) = match subject.planned {
                None => (
                    Severity::Warning,
                    format!("{how} Where the {kind} `{name}` is there already, nothing happens and nobody learns of it."),
                ),
                // The plan's own rules speak of what is skipped; this is for what they cannot see.
                Some(plan) if does_nothing(plan, statement) => (
                    Severity::Error,
                    format!("{how} Here the answer is yes, so the {kind} `{name}` is not made, and nobody learns of it."),
                ),
                Some(_) => return None,
            };
            let finding = subject.finding(RULE.id, severity, span, message);
            let help = "Write the plain CREATE: a migration runs once, and a name that is taken should be an error.";
            let object = object(subject, statement, made);
            let mut finding = finding.help(help);
            if !made_before(subject, statement, &object) {
                finding.fix = plain(statement);
            }
            Some(finding.about(object))
        })
        .collect()
}

/// The guard of a statement that creates something: what it does, and where it stands.
fn guard(statement: &Statement, made: &Mention) -> Option<(String, Span)> {
    if statement.kind != StatementKind::Do {
        return statement.guarded.then(|| ("IF NOT EXISTS asks for the name alone.".to_owned(), made.span));
    }
    statement.clauses.iter().find_map(|clause| match clause {
        Clause::Guard(guard) => Some((how(guard), guard.span)),
        _ => None,
    })
}

/// The statement ran and changed nothing, and the plan has nothing to say about it.
fn does_nothing(plan: PlanView<'_>, statement: &Statement) -> bool {
    let run = plan.run.statements.get(statement.index);
    let quiet = |run: &StatementRun| {
        run.difference.is_empty() && run.failure.is_none() && run.not_evaluated.is_none()
    };
    // That it would make something on an empty database is all that can be said of it otherwise.
    let nothing = |it: &Outcome| it.action == Action::NotEvaluated;
    let silent = plan.outcomes.get(statement.index).is_some_and(|it| it.iter().all(nothing));
    silent && run.is_some_and(quiet)
}

/// The project makes it in an earlier statement: then the guard is what keeps this one from failing.
fn made_before(subject: &Subject<'_>, statement: &Statement, object: &ObjectId) -> bool {
    let key = match (&object.schema, &object.table) {
        (Some(schema), Some(table)) => format!("{schema}.{table}.{}", object.name),
        (Some(schema), None) => format!("{schema}.{}", object.name),
        _ => object.name.clone(),
    };
    subject.project.makes_before(subject.position(statement), object.kind, &key)
}

/// The object that is to be made, as far as the text tells.
fn object(subject: &Subject<'_>, statement: &Statement, made: &Mention) -> ObjectId {
    let kind = made.kind.unwrap_or(ObjectKind::Table);
    if let Some(table) = &made.table {
        let table = subject.resolve(statement, table);
        return ObjectId::on_table(kind, table.schema, table.name, &made.name.name);
    }
    let name = subject.resolve(statement, &made.name);
    ObjectId::in_schema(kind, name.schema, name.name)
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
