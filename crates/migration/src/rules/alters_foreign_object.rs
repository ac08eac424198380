//! Rule: ALTER of what is not the project's.

use crate::diagnostic::{Diagnostic, Severity};
use crate::names::is_users_like;
use crate::object::{ObjectId, ObjectKind};
use crate::outcome::Action;
use crate::owner::Owner;
use crate::parse::words;
use crate::statement::{Mention, MentionRole, Statement, StatementKind};
use crate::subject::{Subject, place_of};

rule! {
    /// A migration changes a table or another object that is not this project's.
    ///
    /// ## Why it hurts
    ///
    /// Its owner counts on what it looks like. Switching row-level security off opens their rows; a
    /// column more breaks their inserts; `ADD COLUMN IF NOT EXISTS role` does nothing where a column
    /// `role` of another type stands.
    ///
    /// ## What to do instead
    ///
    /// Keep what this project has to say about a stranger's row in a table of its own that refers to it.
    ///
    /// ```sql,bad
    /// alter table users disable row level security;
    /// ```
    ///
    /// ```sql,good
    /// create table notes (id uuid primary key);
    /// alter table notes enable row level security;
    /// ```
    "alters-foreign-object", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    if subject.planned.is_some() {
        return planned(subject);
    }
    let mut found = Vec::new();
    for statement in subject.statements() {
        let altered = statement.mentions_as(MentionRole::Alters);
        let mut tables = altered.filter(|it| it.kind == Some(ObjectKind::Table));
        let judges = matches!(statement.kind, StatementKind::AlterTable | StatementKind::Do);
        if let Some(mention) = tables.next().filter(|_| judges) {
            found.extend(judge(subject, statement, mention));
        }
    }
    found
}

fn judge(subject: &Subject<'_>, statement: &Statement, mention: &Mention) -> Option<Diagnostic> {
    let table = subject.resolve(statement, &mention.name);
    if subject.project.makes_relation(&table) {
        return None;
    }
    let certain = table.is_landlords() || is_users_like(&table.name);
    let severity = if certain { Severity::Error } else { Severity::Warning };
    let message = format!("No migration of this project makes `{table}`, and this changes it.");
    Some(
        subject
            .finding(RULE.id, severity, mention.span, message)
            .about(table.id())
            .help("Keep to this project's own tables."),
    )
}

/// RESTART of somebody else's sequence: its value is no part of the catalog.
fn restarts(subject: &Subject<'_>, statement: &Statement) -> Option<Diagnostic> {
    let restarts = words(&statement.text).contains("restart");
    (statement.kind == StatementKind::AlterSequence && restarts).then_some(())?;
    let mention = statement.mentions_as(MentionRole::Alters).next()?;
    let name = subject.resolve(statement, &mention.name);
    let id = ObjectId::in_schema(ObjectKind::Sequence, &name.schema, &name.name);
    let owner = subject.owner(&id);
    (owner != Owner::Ours).then(|| {
        let message = format!("This sets {id} back, which is {}: numbers that are taken come again.", owner.describe());
        subject.finding(RULE.id, Severity::Error, mention.span, message).about(id)
    })
}

fn planned(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let outcomes = subject.foreign_outcomes(Action::Alters);
    let restarted = subject.statements().filter_map(|it| restarts(subject, it));
    outcomes
        .filter_map(|(statement, outcome)| {
            let object = outcome.object.clone()?;
            let owner = outcome.owner.describe();
            let message = format!("This changes {object}, which is {owner}: {}.", outcome.differences.join("; "));
            let span = place_of(statement, Some(&object));
            Some(
                subject
                    .finding(RULE.id, Severity::Error, span, message)
                    .about(object)
                    .help("Keep to this project's own objects."),
            )
        })
        .chain(restarted)
        .collect()
}
