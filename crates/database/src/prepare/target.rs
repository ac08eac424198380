//! Runs the migrations that are due on a mirror of what they will meet.

use std::collections::BTreeSet;

use lodger_migration::catalog::{CatalogSnapshot, fingerprint};
use lodger_migration::history;
use lodger_migration::migration::Migration;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::plan::reach::{Reach, reach};
use lodger_migration::plan::{MigrationState, PlanInput, plan};
use lodger_migration::run::MigrationRun;
use lodger_migration::settings::Settings;
use tokio::task::{JoinHandle, spawn_blocking};

use super::leftovers::Leftovers;
use super::{PrepareError, Prepared, Present, Whole};
use crate::catalog::joined;
use crate::mirror::Mirror;
use crate::shadow::{KnownStatements, Servers, note_stuck};

/// What is run on a mirror of what.
pub(super) struct Target<'a> {
    pub(super) migrations: &'a [Migration],
    pub(super) settings: &'a Settings,
    pub(super) states: Vec<MigrationState>,
    pub(super) due: Vec<&'a Migration>,
    /// What stands in the target.
    pub(super) present: Present,
    /// The part of its catalog that the migrations are to find.
    pub(super) seen: CatalogSnapshot,
    pub(super) left: Leftovers,
    /// The fingerprint of what stands there: made on another thread, while the migrations run on the mirror.
    fingerprint: JoinHandle<String>,
}

impl<'a> Target<'a> {
    pub(super) fn of(
        present: Present,
        migrations: &'a [Migration],
        settings: &'a Settings,
    ) -> Self {
        let states = history::states(migrations, &present.history);
        let due = history::due(migrations, &states);
        let left = Leftovers::of(&present, &due, &settings.schema);
        let mut seen = present.snapshot.clone();
        // They are made again, or found to be made: on the mirror the statement must find its name free.
        for id in left.invalid.iter().chain(&left.made) {
            seen.entries.remove(id);
        }
        let standing = present.snapshot.clone();
        Self {
            migrations,
            settings,
            states,
            due,
            present,
            seen,
            left,
            fingerprint: spawn_blocking(move || fingerprint(&standing)),
        }
    }

    /// What the migrations that are due can touch, by their text and by `names`.
    pub(super) fn reach(&self, names: &BTreeSet<String>) -> Reach {
        match &self.present.outline {
            Some(known) if names.is_empty() => known.clone(),
            _ => reach(&self.present.snapshot, &self.due, names),
        }
    }

    /// Plans, from what the migrations did on the shadow and on the mirror.
    pub(super) async fn prepared(
        self,
        declared: Vec<MigrationRun>,
        mirrored: Mirrored,
    ) -> Result<Prepared, PrepareError> {
        let fingerprint = joined(self.fingerprint).await?;
        let plan = plan(
            self.settings,
            &PlanInput {
                migrations: self.migrations,
                states: &self.states,
                declared: &declared,
                mirrored: &mirrored.runs,
                present: &self.present.snapshot,
                fingerprint: &fingerprint,
                ownership: &self.present.ownership,
                taken_versions: &self.present.taken_versions,
            },
        );
        Ok(Prepared {
            present: self.present,
            states: self.states,
            declared,
            reach: mirrored.reach,
            not_mirrored: mirrored.missing,
            invalid_indexes: self.left.invalid,
            gone: self.left.gone,
            plan,
        })
    }
}

/// What the migrations that are due did on a mirror.
#[derive(Default)]
pub(super) struct Mirrored {
    pub(super) runs: Vec<MigrationRun>,
    pub(super) missing: Vec<(ObjectId, String)>,
    pub(super) reach: Reach,
    /// The names beside those in the text that brought something into reach.
    pub(super) names: BTreeSet<String>,
}

/// Runs the migrations that are due on a mirror of `seen`; makes it again, larger, when a statement
/// looked for more than was in reach, and without the statement that the embedded server got stuck on. What of the
/// target was left out and turns out to be in reach is read with `whole`.
pub(super) async fn run_on_mirror(
    target: &mut Target<'_>,
    servers: &impl Servers,
    mut names: BTreeSet<String>,
    whole: Whole<'_>,
) -> Result<Mirrored, PrepareError> {
    let mut known = KnownStatements::new();
    loop {
        if target.due.is_empty() {
            return Ok(Mirrored::default());
        }
        let reach = target.reach(&names);
        if !target.present.is_whole_within(&reach) {
            *target = Target::of(
                whole.read(&target.settings.project).await?,
                target.migrations,
                target.settings,
            );
            continue;
        }
        let Target { due, seen, .. } = &*target;
        let present = &target.present.snapshot;
        let extensions = reach.extensions();
        let shadow = servers.take(target.migrations, &extensions).await?;
        let mirror = Mirror::of(shadow, seen, &reach).await?;
        let ran = mirror.run(due, target.settings, seen, &target.left.steps, &known);
        match ran.await {
            Err(error) => note_stuck(error, &mut known)?,
            Ok(runs) => {
                let mut found = missed(&runs, present, &reach);
                found.extend(taken(&runs, present, &reach));
                if found.is_subset(&names) {
                    let missing = mirror.missing.clone();
                    servers.give_back(mirror.into_shadow()).await;
                    return Ok(Mirrored {
                        runs,
                        missing,
                        reach,
                        names,
                    });
                }
                names.extend(found);
            }
        }
        servers.give_back(mirror.into_shadow()).await;
    }
}

/// Names that were free on the mirror and are not on the target: a statement put them together as it ran, or
/// Postgres did.
fn taken(runs: &[MigrationRun], present: &CatalogSnapshot, reach: &Reach) -> BTreeSet<String> {
    let statements = runs.iter().flat_map(|run| &run.statements);
    let created = statements.flat_map(|run| run.difference.created());
    let overlooked = |id: &ObjectId| present.get(id).is_some() && !reach.contains(id);
    let taken = created.filter(|id| same_name(id).any(|it| overlooked(&it)));
    taken.map(|id| id.name.clone()).collect()
}

/// What may have the name of `id` in its place: relations share theirs with each other, and with types.
fn same_name(id: &ObjectId) -> impl Iterator<Item = ObjectId> {
    let mut kinds = ObjectKind::RELATIONS.to_vec();
    kinds.push(ObjectKind::Type);
    if !kinds.contains(&id.kind) {
        kinds = vec![id.kind];
    }
    kinds
        .into_iter()
        .map(|kind| ObjectId { kind, ..id.clone() })
}

/// Names that a statement asked for and did not find on the mirror, though they are on the target: it
/// put them together as it ran.
fn missed(runs: &[MigrationRun], present: &CatalogSnapshot, reach: &Reach) -> BTreeSet<String> {
    let undefined = ["42P01", "42883", "42704", "3F000"];
    let messages = runs
        .iter()
        .flat_map(|run| &run.statements)
        .filter_map(|run| run.failure.as_ref())
        .filter(|failure| undefined.contains(&failure.sqlstate.as_str()));
    let words: BTreeSet<String> = messages
        .flat_map(|failure| failure.message.split(['"', '.', ' ', '(']))
        .map(ToOwned::to_owned)
        .collect();
    let there = |word: &&String| {
        present
            .entries
            .keys()
            .any(|id| id.name == **word && !reach.contains(id))
    };
    words.iter().filter(there).cloned().collect()
}
