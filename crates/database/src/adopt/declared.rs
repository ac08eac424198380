//! What migrations declare: the objects that they create on an empty database, and which of those are
//! parts of a table that the same statement makes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lodger_migration::catalog::{CatalogSnapshot, Change, Entry, Object, difference};
use lodger_migration::migration::Migration;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::run::MigrationRun;

/// The objects that a line of migrations leaves behind.
#[derive(Debug, Clone, Default)]
pub(super) struct Declared {
    /// As they stand after the last of them, with the version that made each.
    pub(super) objects: BTreeMap<ObjectId, (Arc<Entry>, String)>,
    /// Created and dropped again, as they last stood.
    pub(super) dropped: BTreeMap<ObjectId, Arc<Entry>>,
    /// Parts of tables: constraints, the indexes behind them, sequences of columns.
    pub(super) parts: BTreeMap<ObjectId, ObjectId>,
}

impl Declared {
    /// What the migrations of `runs` leave behind, taken together.
    pub(super) fn of(runs: &[MigrationRun]) -> Self {
        let mut declared = Self::default();
        let (Some(first), Some(last)) = (runs.first(), runs.last()) else {
            return declared;
        };
        for id in difference(&first.before, &last.after).created() {
            let entry = last.after.entries.get(id).filter(|it| is_adoptable(id, it));
            let made = runs.iter().rev().find(|run| was_made(id, run));
            if let (Some(entry), Some(made)) = (entry, made) {
                let made = (Arc::clone(entry), made.version.clone());
                declared.objects.insert(id.clone(), made);
            }
        }
        for run in runs {
            for (id, entry) in &run.after.entries {
                let new = first.before.get(id).is_none() && is_adoptable(id, entry);
                if new && last.after.get(id).is_none() {
                    declared.dropped.insert(id.clone(), Arc::clone(entry));
                }
            }
            for statement in &run.statements {
                let made: BTreeSet<&ObjectId> = statement.difference.created().collect();
                declared.parts.extend(parts(&made, &run.after));
            }
        }
        declared
    }
}

fn was_made(id: &ObjectId, run: &MigrationRun) -> bool {
    run.statements.iter().any(|statement| {
        matches!(
            statement.difference.changes.get(id),
            Some(Change::Created | Change::Recreated(_))
        )
    })
}

/// Extensions and their objects are the landlord's, and settings are nobody's.
fn is_adoptable(id: &ObjectId, entry: &Entry) -> bool {
    let never = matches!(
        id.kind,
        ObjectKind::Extension | ObjectKind::DefaultPrivileges | ObjectKind::Setting
    );
    entry.extension.is_none() && !never
}

/// The parts among what one statement made, with the table or constraint that each is a part of.
fn parts(made: &BTreeSet<&ObjectId>, after: &CatalogSnapshot) -> Vec<(ObjectId, ObjectId)> {
    let whole = |id: &ObjectId| -> Option<ObjectId> {
        let schema = id.schema.as_deref()?;
        match &after.get(id)?.object {
            Object::Constraint(_) => id.parent_table(),
            Object::Index(index) => Some(ObjectId::on_table(
                ObjectKind::Constraint,
                schema,
                &index.table,
                index.constraint.as_ref()?,
            )),
            Object::Sequence(sequence) => {
                let owner = sequence.owned_by.as_ref()?;
                let tables = made.iter().filter(|it| it.kind == ObjectKind::Table);
                let mut tables = tables.filter(|it| owner.starts_with(&format!("{}.", it.name())));
                tables.next().map(|it| (*it).clone())
            }
            _ => None,
        }
    };
    made.iter()
        .filter_map(|id| Some(((*id).clone(), whole(id)?)))
        .filter(|(_, whole)| made.contains(whole))
        .collect()
}

/// A statement that failed on the empty database: what it would have declared is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The migration's version.
    pub version: String,
    /// The line that the statement starts in.
    pub line: u32,
    /// What Postgres said, or why it was not run.
    pub reason: String,
}

/// The statements of which nobody knows what they declare.
pub(super) fn unknown(migrations: &[Migration], runs: &[MigrationRun]) -> Vec<Unknown> {
    let pairs = migrations.iter().zip(runs);
    let statements = pairs.flat_map(|(migration, run)| {
        let both = migration.statements.iter().zip(&run.statements);
        both.map(move |(statement, run)| (migration, statement, run))
    });
    statements
        .filter_map(|(migration, statement, run)| {
            let failure = run
                .failure
                .as_ref()
                .map(|it| format!("{} ({})", it.message, it.sqlstate));
            let reason = failure.or_else(|| run.not_evaluated.clone())?;
            Some(Unknown {
                version: migration.version.clone(),
                line: statement.line,
                reason,
            })
        })
        .collect()
}
