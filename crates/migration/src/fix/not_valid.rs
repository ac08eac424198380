//! Adds a constraint to a table with rows NOT VALID, and validates it in a statement of its own.

use super::Scene;
use super::edit::Proposal;
use crate::diagnostic::{Edit, Fix, Span};
use crate::migration::Migration;
use crate::parse::added_constraints;
use crate::statement::{MentionRole, Statement, StatementKind};

/// The rule of squawk that asks for it.
pub(crate) const RULE: &str = "constraint-missing-not-valid";

/// NOT VALID behind each constraint that the statement adds, and a VALIDATE after it; `None` where a
/// constraint has no name to validate it by.
pub(crate) fn later(migration: &Migration, statement: &Statement) -> Option<Fix> {
    if statement.kind != StatementKind::AlterTable {
        return None;
    }
    let table = statement.mentions_as(MentionRole::Alters).next()?;
    let table = migration.text.get(table.span.start..table.span.end)?;
    let (_, places) = added_constraints(&statement.text)?;
    let mut edits = Vec::new();
    let mut validate = String::new();
    for place in &places {
        let at = statement.span.start + place.end;
        edits.push(insertion(at, " not valid"));
        let name = place.name_as_written.as_deref()?;
        validate.push_str(&format!(
            "\nalter table {table} validate constraint {name};"
        ));
    }
    let rest = migration.text.get(statement.span.end..)?;
    let semicolon = rest.find(|c: char| !c.is_whitespace())?;
    if !rest.get(semicolon..)?.starts_with(';') || edits.is_empty() {
        return None;
    }
    edits.push(insertion(statement.span.end + semicolon + 1, &validate));
    Some(Fix {
        title: "Add it NOT VALID and validate it afterwards".to_owned(),
        edits,
    })
}

fn insertion(at: usize, text: &str) -> Edit {
    Edit {
        span: Span { start: at, end: at },
        text: text.to_owned(),
    }
}

/// The same for foreign keys to tables that an earlier migration made. `lint` does not ask for it,
/// because apply does so by itself; other tools do not.
pub(super) fn propose(scene: &Scene<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for (at, migration) in scene.migrations.iter().enumerate() {
        for statement in &migration.statements {
            let refers = statement
                .mentions_as(MentionRole::References)
                .next()
                .is_some();
            let Some(table) = statement.mentions_as(MentionRole::Alters).next() else {
                continue;
            };
            let table = scene.project.resolve((at, statement.index), &table.name);
            let facts = scene.project.table(&table);
            let made_here = facts
                .and_then(|it| it.created)
                .is_some_and(|(place, _)| place.0 == at);
            if !refers || made_here {
                continue;
            }
            let Some(fix) = later(migration, statement) else {
                continue;
            };
            let mut proposal = Proposal::new(RULE, fix.title);
            for edit in fix.edits {
                proposal.edit(at, edit);
            }
            proposals.push(proposal);
        }
    }
    proposals
}
