//! Rule: DROP of what is not the project's.

use crate::diagnostic::{Diagnostic, Severity};
use crate::names::{is_users_like, written};
use crate::object::{ObjectId, ObjectKind};
use crate::outcome::Action;
use crate::owner::Owner;
use crate::project::TableName;
use crate::statement::{Mention, MentionRole, Statement, StatementKind};
use crate::subject::{Subject, place_of};

rule! {
    /// A migration drops something that this project has not made.
    ///
    /// ## Why it hurts
    ///
    /// `DROP TABLE IF EXISTS users` at the head of a file, there to make it run twice, deletes another
    /// project's rows. `DROP POLICY IF EXISTS own ON users` opens its table.
    ///
    /// ## What to do instead
    ///
    /// Drop what an earlier migration of this project made, and nothing else. `lodger rollback` takes
    /// out what a migration brought in, by identity and not by name.
    ///
    /// ```sql,bad
    /// drop table if exists users;
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// drop table notes;
    /// ```
    "drops-foreign-object", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    if subject.planned.is_some() {
        return planned(subject);
    }
    let mut found = Vec::new();
    for statement in subject.statements().filter(|it| it.kind != StatementKind::AlterTable) {
        for mention in statement.mentions_as(MentionRole::Drops) {
            found.extend(judge(subject, statement, mention));
        }
    }
    found
}

fn judge(subject: &Subject<'_>, statement: &Statement, mention: &Mention) -> Option<Diagnostic> {
    let kind = mention.kind?;
    if matches!(kind, ObjectKind::Publication | ObjectKind::Extension | ObjectKind::Role) {
        return None;
    }
    let table = mention.table.as_ref().map(|it| subject.resolve(statement, it));
    let object = subject.resolve(statement, &mention.name);
    if is_own(subject, statement, kind, table.as_ref(), &object) {
        return None;
    }
    let host = table.as_ref().unwrap_or(&object);
    let certain = host.is_landlords() || is_users_like(&host.name);
    let severity = if certain { Severity::Error } else { Severity::Warning };
    let name = match &table {
        Some(table) => format!("{} `{}` on `{table}`", kind.as_str(), mention.name.name),
        None => format!("{} `{}`", kind.as_str(), written(&mention.name)),
    };
    let message = format!("This drops the {name}, which no earlier migration of this project makes.");
    let id = match &table {
        Some(table) => ObjectId::on_table(kind, &table.schema, &table.name, &mention.name.name),
        None if kind == ObjectKind::Schema => ObjectId::global(kind, &mention.name.name),
        None => ObjectId::in_schema(kind, &object.schema, &object.name),
    };
    Some(
        subject
            .finding(RULE.id, severity, mention.span, message)
            .about(id)
            .help("Leave it out, or drop under a name that only this project has."),
    )
}

fn is_own(
    subject: &Subject<'_>,
    statement: &Statement,
    kind: ObjectKind,
    table: Option<&TableName>,
    object: &TableName,
) -> bool {
    let project = subject.project;
    let at = subject.position(statement);
    if let Some(table) = table {
        let part = format!("{table}.{}", object.name);
        return project.makes_table(table) || project.makes_before(at, kind, &part);
    }
    match kind {
        // Rows go with these: that a later statement makes it again does not bring them back.
        ObjectKind::Table => project.makes_before(at, kind, &object.to_string()),
        ObjectKind::Schema => project.makes_before(at, kind, &object.name),
        ObjectKind::EventTrigger => project.makes(kind, &object.name),
        _ => project.makes(kind, &object.to_string()),
    }
}

fn planned(subject: &Subject<'_>) -> Vec<Diagnostic> {
    // An object that is made again under its name is ours afterwards; what counts is whose it was.
    let outcomes = subject.outcomes(Action::Drops);
    outcomes
        .filter_map(|(statement, outcome)| {
            let object = outcome.object.clone()?;
            let owner = subject.owner(&object);
            (owner != Owner::Ours).then_some(())?;
            let message = format!("This drops {object}, which is {}.", owner.describe());
            let span = place_of(statement, Some(&object));
            Some(
                subject
                    .finding(RULE.id, Severity::Error, span, message)
                    .about(object)
                    .help("Leave it out: `lodger rollback` takes out what this project brought in."),
            )
        })
        .collect()
}
