//! What the migrations leave behind: made minus dropped, as the last of them left it.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Change, Entry, Server, difference_within};
use crate::migration::Migration;
use crate::object::{ObjectId, ObjectKind};
use crate::plan::MigrationState;
use crate::run::MigrationRun;
use crate::statement::{MentionRole, StatementKind};

/// What a set of migrations leaves behind on a database that held nothing of theirs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// What they made and did not drop again.
    pub objects: BTreeMap<ObjectId, Entry>,
    /// The landlord's objects that they changed: before and after.
    pub changes: BTreeMap<ObjectId, (Entry, Entry)>,
    /// The extensions that they ask for.
    pub extensions: BTreeSet<String>,
    /// What migrations touch that are begun and not finished: it may be there or not.
    pub in_doubt: BTreeSet<ObjectId>,
    /// Statements whose effect is not known, as sentences.
    pub not_run: Vec<String>,
    /// The server that ran them.
    pub server: Server,
}

impl Declared {
    /// Takes the net result of `runs`, which are those of the migrations that are begun, in order.
    #[must_use]
    pub fn of(migrations: &[Migration], states: &[MigrationState], runs: &[MigrationRun]) -> Self {
        let mut declared = Self::default();
        let (Some(first), Some(last)) = (runs.first(), runs.last()) else {
            return declared;
        };
        declared.server = last.after.server.clone();
        let mut of_extensions = BTreeSet::new();
        for (migration, state) in migrations.iter().zip(states) {
            let Some(run) = runs.iter().find(|run| run.version == migration.version) else {
                continue;
            };
            declared.take_extensions(migration, run, &mut of_extensions);
            declared.take_failures(migration, run);
            if matches!(state, MigrationState::Interrupted { .. }) {
                let touched = difference_within(&run.before, &run.after).changes;
                declared.in_doubt.extend(touched.into_keys());
            }
        }
        for (id, change) in difference_within(&first.before, &last.after).changes {
            if declared.in_doubt.contains(&id) || of_extensions.contains(&id) {
                continue;
            }
            let Some(after) = last.after.get(&id) else {
                continue;
            };
            if id.kind == ObjectKind::Extension {
                declared.extensions.insert(id.name);
            } else if after.extension.is_some() {
            } else if change == Change::Created {
                declared.objects.insert(id, after.clone());
            } else if let Some(before) = first.before.get(&id) {
                declared
                    .changes
                    .insert(id.clone(), (before.clone(), after.clone()));
            }
        }
        declared
    }

    /// What CREATE EXTENSION made here may be functions that stand in for its own.
    fn take_extensions(
        &mut self,
        migration: &Migration,
        run: &MigrationRun,
        made: &mut BTreeSet<ObjectId>,
    ) {
        for (statement, run) in migration.statements.iter().zip(&run.statements) {
            let names = |role| statement.mentions_as(role).map(|it| it.name.name.clone());
            match statement.kind {
                StatementKind::CreateExtension => {
                    self.extensions.extend(names(MentionRole::Creates));
                    made.extend(run.difference.changes.keys().cloned());
                }
                StatementKind::DropExtension => {
                    for name in names(MentionRole::Drops) {
                        self.extensions.remove(&name);
                    }
                }
                _ => {}
            }
        }
    }

    fn take_failures(&mut self, migration: &Migration, run: &MigrationRun) {
        for (statement, run) in migration.statements.iter().zip(&run.statements) {
            let failed = run.failure.as_ref().map(|it| it.message.as_str());
            let Some(reason) = failed.or(run.not_evaluated.as_deref()) else {
                continue;
            };
            if statement.kind == StatementKind::CreateExtension {
                continue;
            }
            self.not_run.push(format!(
                "{}, line {}: what this statement makes was not compared: {reason}",
                migration.file, statement.line
            ));
        }
    }
}
