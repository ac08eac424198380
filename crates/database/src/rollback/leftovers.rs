//! What the migrations that are rolled back did and nobody can take back, from their text.

use std::collections::BTreeSet;

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::migration::Migration;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::settings::Settings;
use lodger_migration::statement::{Mention, MentionRole, Statement, StatementKind};

use super::scope::Scope;

/// Grants, settings, labels and rows that stay, one sentence each. Files that are gone say nothing.
pub(crate) fn leftovers(
    migrations: &[Migration],
    settings: &Settings,
    scope: &Scope,
    present: &CatalogSnapshot,
) -> Vec<String> {
    let rolled_back = migrations
        .iter()
        .filter(|it| scope.versions.contains(&it.version));
    let mut sentences = Vec::new();
    for migration in rolled_back {
        for statement in &migration.statements {
            let Some((role, what)) = leaves_behind(statement) else {
                continue;
            };
            let others: Vec<String> = statement
                .mentions_as(role)
                .filter_map(|mention| stays(mention, role, settings, scope, present))
                .collect();
            let about_nothing = statement.mentions_as(role).next().is_none();
            if about_nothing || !others.is_empty() {
                let on = if others.is_empty() {
                    String::new()
                } else {
                    format!(": {}", others.join(", "))
                };
                sentences.push(format!(
                    "{what} of migration {}, line {}, cannot be taken back{on}",
                    migration.version, statement.line
                ));
            }
        }
    }
    sentences
}

/// What a statement does that no drop undoes, and the role of the names it does it to.
fn leaves_behind(statement: &Statement) -> Option<(MentionRole, &'static str)> {
    let words = || lodger_migration::parse::words(&statement.text);
    Some(match statement.kind {
        StatementKind::Grant | StatementKind::Revoke => {
            (MentionRole::Grants, "the change of privileges")
        }
        StatementKind::AlterDefaultPrivileges => {
            (MentionRole::Grants, "the change of default privileges")
        }
        StatementKind::AlterRole | StatementKind::AlterDatabase => {
            (MentionRole::Alters, "the setting")
        }
        StatementKind::Insert
        | StatementKind::Update
        | StatementKind::Delete
        | StatementKind::Merge
        | StatementKind::Truncate => (MentionRole::Writes, "the change of rows"),
        StatementKind::CreateFunction
        | StatementKind::CreateProcedure
        | StatementKind::CreateView
            if statement.or_replace =>
        {
            (MentionRole::Replaces, "the new definition")
        }
        StatementKind::AlterTable if !only_adds_a_constraint(&words()) => {
            (MentionRole::Alters, "the change")
        }
        StatementKind::AlterType if words().contains("value") => {
            (MentionRole::Alters, "the change of labels")
        }
        StatementKind::Do => (MentionRole::Writes, "what is not a new object"),
        _ => return None,
    })
    .filter(|(role, _)| {
        // A DO block is worth a word only where it writes to something by name.
        statement.kind != StatementKind::Do || statement.mentions_as(*role).next().is_some()
    })
}

/// A constraint on somebody's table is an object of its own, and goes.
fn only_adds_a_constraint(words: &BTreeSet<String>) -> bool {
    let says = |word: &str| words.contains(word);
    let key = ["constraint", "foreign", "primary", "unique", "check"];
    (says("add") || says("validate")) && key.iter().any(|word| says(word)) && !says("column")
}

/// The object that a name means, where it stands and stays.
fn stays(
    mention: &Mention,
    role: MentionRole,
    settings: &Settings,
    scope: &Scope,
    present: &CatalogSnapshot,
) -> Option<String> {
    let schema = mention.name.schema.as_ref().unwrap_or(&settings.schema);
    let is_meant = |id: &ObjectId| {
        id.name == mention.name.name
            && id.table.is_none()
            && (id.schema.as_ref() == Some(schema)
                || (id.schema.is_none() && mention.kind == Some(id.kind)))
            && id.kind != ObjectKind::Index
    };
    if scope.going.keys().any(is_meant) {
        return None;
    }
    // What became of the project's own earlier objects is known in detail, their rows apart.
    let told_elsewhere =
        |id: &&ObjectId| role != MentionRole::Writes && scope.staying.contains(*id);
    present
        .entries
        .keys()
        .find(|id| is_meant(id))
        .filter(|id| !told_elsewhere(id))
        .map(ToString::to_string)
}
