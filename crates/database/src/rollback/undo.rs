//! What later migrations changed in objects of earlier ones, and which of that can be changed back.

use std::collections::BTreeMap;

use lodger_migration::catalog::{
    CatalogSnapshot, Change, Changed, Column, Object, Table, difference,
};
use lodger_migration::history::AppliedMigration;
use lodger_migration::migration::Migration;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::settings::Settings;

use super::scope::Scope;
use crate::shadow::{Shadow, ShadowError};

/// What is changed back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Undo {
    /// Columns that go, by table.
    pub(crate) columns: BTreeMap<ObjectId, Vec<String>>,
    /// Functions that get their earlier definition again.
    pub(crate) functions: BTreeMap<ObjectId, String>,
    /// What cannot be changed back, as sentences.
    pub(crate) stays: Vec<String>,
}

impl Undo {
    /// Is this object changed back?
    pub(crate) fn touches(&self, id: &ObjectId) -> bool {
        self.columns.contains_key(id) || self.functions.contains_key(id)
    }

    /// What is changed back, as sentences.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let columns = self.columns.iter().flat_map(|(table, columns)| {
            columns
                .iter()
                .map(move |column| format!("column {column} of {table} is dropped"))
        });
        let functions = self
            .functions
            .keys()
            .map(|id| format!("{id} has its earlier definition again"));
        columns.chain(functions).collect()
    }

    /// Is this change of an object that stays one of those asked for?
    pub(crate) fn explains(&self, id: &ObjectId, changed: &Changed) -> bool {
        if self.functions.contains_key(id) {
            return changed.grants.is_empty() && changed.other.is_empty();
        }
        let Some(columns) = self.columns.get(id) else {
            return false;
        };
        let about_column = |sentence: &String| {
            columns
                .iter()
                .any(|column| sentence.starts_with(&format!("column {column}: ")))
        };
        changed
            .shape
            .iter()
            .chain(&changed.grants)
            .all(about_column)
            && changed.other.is_empty()
    }
}

/// Compares what the migrations up to a version declare with what all applied ones do.
///
/// # Errors
/// When the shadow database fails.
pub(crate) async fn undo(
    version: &str,
    migrations: &[Migration],
    history: &[AppliedMigration],
    settings: &Settings,
    scope: &Scope,
    present: &CatalogSnapshot,
) -> Result<Undo, ShadowError> {
    let mut undo = Undo::default();
    let mut applied = Vec::new();
    for row in history {
        let file = migrations.iter().find(|it| it.version == row.version);
        match file {
            Some(file) if file.checksum == row.checksum => applied.push(file.clone()),
            _ => undo.stays.push(format!(
                "what migrations after {version} changed in earlier objects stays: the file of {} is \
                 gone or was edited, so nobody can tell what was there before",
                row.version
            )),
        }
    }
    if !undo.stays.is_empty() || scope.versions.is_empty() {
        return Ok(undo);
    }
    let shadow = Shadow::start(&applied).await?;
    let runs = shadow.declare(&applied, settings).await?;
    let earlier = runs
        .iter()
        .rev()
        .find(|run| run.version.as_str() <= version)
        .map(|run| &run.after);
    if let (Some(earlier), Some(last)) = (earlier, runs.last()) {
        undo.compare(earlier, &last.after, scope, present);
    }
    Ok(undo)
}

impl Undo {
    fn compare(
        &mut self,
        earlier: &CatalogSnapshot,
        last: &CatalogSnapshot,
        scope: &Scope,
        present: &CatalogSnapshot,
    ) {
        for (id, change) in difference(earlier, last).changes {
            // One database made both snapshots, so that an OID means the same in both.
            let oid = earlier.get(&id).map(|it| it.oid).filter(|it| *it != 0);
            let later = oid.and_then(|it| last.by_oid(id.kind, it));
            // The name may be there, and be another table's by now.
            let is_another = id.kind == ObjectKind::Table && later != Some(&id);
            match change {
                Change::Created => {}
                Change::Altered(_) | Change::Recreated(_)
                    if is_another && scope.staying.contains(&id) =>
                {
                    self.stays.push(left_behind(&id, later));
                }
                Change::Dropped => {
                    // A part that only says another table is told with that table.
                    let only_table =
                        later.is_some_and(|it| it.name == id.name && it.schema == id.schema);
                    if !only_table {
                        self.stays.push(left_behind(&id, later));
                    }
                }
                Change::Altered(_) | Change::Recreated(_) if scope.going.contains_key(&id) => {
                    self.stays.push(format!(
                        "{id} goes, though an earlier migration made it: a later one made it anew, in \
                         another form"
                    ));
                }
                Change::Altered(changed) | Change::Recreated(changed) => {
                    self.change_back(&id, &changed, [earlier, last, present], scope);
                }
            }
        }
    }

    fn change_back(
        &mut self,
        id: &ObjectId,
        changed: &Changed,
        [earlier, last, present]: [&CatalogSnapshot; 3],
        scope: &Scope,
    ) {
        let object = |snapshot: &CatalogSnapshot| snapshot.get(id).map(|it| it.object.clone());
        let mut left = changed.all();
        let ours = scope.staying.contains(id);
        match (object(earlier), object(last), object(present)) {
            (Some(Object::Table(old)), Some(Object::Table(new)), Some(Object::Table(now)))
                if ours =>
            {
                let added = added(&old, &new, &now);
                left.retain(|it| !added.iter().any(|name| is_about(it, name)));
                tell_renamed(&old, &new, &mut left);
                if !added.is_empty() {
                    self.columns.insert(id.clone(), added);
                }
            }
            (
                Some(Object::Function(old)),
                Some(Object::Function(new)),
                Some(Object::Function(now)),
            ) if ours
                && new.body == now.body
                && old.result == now.result
                && !changed.shape.is_empty() =>
            {
                left = changed
                    .grants
                    .iter()
                    .chain(&changed.other)
                    .cloned()
                    .collect();
                self.functions.insert(id.clone(), old.definition);
            }
            (_, _, None) => left.clear(),
            _ if id.kind == ObjectKind::Publication => {
                left.retain(|sentence| !leaves_with_its_table(sentence, scope));
            }
            _ => {}
        }
        self.stays.extend(
            left.into_iter()
                .map(|sentence| format!("{id} stays as it is now: {sentence}")),
        );
    }
}

/// What the earlier version had under this name, and what became of it.
fn left_behind(id: &ObjectId, later: Option<&ObjectId>) -> String {
    match later {
        Some(later) => format!("{id} keeps its later name, {}", later.name()),
        None => format!("{id} is not brought back: a migration that is rolled back dropped it"),
    }
}

/// The columns that were added and are there. By number too: one of another name is the same column, with
/// what was in it before.
fn added(old: &Table, new: &Table, now: &Table) -> Vec<String> {
    let was = |column: &Column| {
        let mut before = old.columns.iter();
        before.any(|it| it.name == column.name || it.number == column.number)
    };
    let is = |column: &Column| {
        let mut there = now.columns.iter();
        there.any(|it| it.name == column.name && it.data_type == column.data_type)
    };
    let added = new.columns.iter().filter(|it| !was(it) && is(it));
    added.map(|it| it.name.clone()).collect()
}

/// A column that has another name, and else nothing, is told in one sentence.
fn tell_renamed(old: &Table, new: &Table, left: &mut Vec<String>) {
    for column in &new.columns {
        let same = |it: &&Column| it.number == column.number && it.name != column.name;
        let Some(before) = old.columns.iter().find(same) else {
            continue;
        };
        let with_its_name = Column {
            name: before.name.clone(),
            ..column.clone()
        };
        if with_its_name == *before {
            left.retain(|it| !is_about(it, &before.name) && !is_about(it, &column.name));
        }
        let sentence = format!("column {} is called {} now", before.name, column.name);
        left.push(sentence);
    }
}

/// `column a: text → missing`
fn is_about(sentence: &str, column: &str) -> bool {
    sentence.starts_with(&format!("column {column}: "))
}

/// `table public.t: missing → yes`, where that table goes.
pub(crate) fn leaves_with_its_table(sentence: &str, scope: &Scope) -> bool {
    let mut going = scope.going.keys().filter(|id| id.kind == ObjectKind::Table);
    going.any(|id| sentence.starts_with(&format!("table {}: ", id.name())))
}
