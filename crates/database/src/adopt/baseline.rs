//! How many of a project's migrations are there already: the longest line of them whose state stands there.

use lodger_migration::catalog::{CatalogSnapshot, Change, difference};
use lodger_migration::migration::Migration;
use lodger_migration::owner::{Owner, Ownership};
use lodger_migration::run::MigrationRun;

use super::compare::differences;
use super::declared::Declared;

/// A migration that is not recorded, although something of it may be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotRecorded {
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: String,
    /// Why not, as a sentence.
    pub reason: String,
    /// What of it is missing or different, as sentences.
    pub missing: Vec<String>,
}

/// What is compared with what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comparison<'a> {
    pub(super) migrations: &'a [Migration],
    pub(super) runs: &'a [MigrationRun],
    pub(super) present: &'a CatalogSnapshot,
    pub(super) ownership: &'a Ownership,
    pub(super) same_version: bool,
}

impl Comparison<'_> {
    /// The number of migrations, from the first on, whose state stands there.
    pub(super) fn length(&self) -> usize {
        let stands = |length: &usize| {
            let runs = self.runs.get(..*length).unwrap_or_default();
            self.missing(&Declared::of(runs)).is_empty()
        };
        let mut length = (1..=self.runs.len()).rev().find(stands).unwrap_or(0);
        // The last ones change nothing that could be seen: whether they ran, nobody can tell.
        while length > 0 && !self.runs.get(length - 1).is_some_and(shows) {
            length -= 1;
        }
        length
    }

    /// What the migrations after the first `length` have to do with what is there.
    pub(super) fn not_recorded(&self, length: usize) -> Vec<NotRecorded> {
        let rest = self.migrations.iter().zip(self.runs).skip(length);
        rest.filter_map(|(migration, run)| {
            let declared = Declared::of(std::slice::from_ref(run));
            let missing = self.missing(&declared);
            let (reason, missing) = if !shows(run) {
                let reason =
                    "it makes nothing that could be looked for, so nobody can tell whether it ran";
                (reason, Vec::new())
            } else if missing.len() < declared.objects.len() {
                ("it is there in part only", missing)
            } else {
                return None;
            };
            Some(NotRecorded {
                version: migration.version.clone(),
                name: migration.name.clone(),
                reason: reason.to_owned(),
                missing,
            })
        })
        .collect()
    }

    fn missing(&self, declared: &Declared) -> Vec<String> {
        let mut sentences = Vec::new();
        for (id, (wanted, _)) in &declared.objects {
            let Some(there) = self.present.get(id) else {
                sentences.push(format!("{id} is not there"));
                continue;
            };
            let owner = self.ownership.owner(id, self.present);
            let differing = differences(wanted, there, self.same_version);
            if matches!(owner, Owner::Other { .. }) {
                sentences.push(format!("{id} is {}", owner.describe()));
            } else if !differing.is_empty() {
                sentences.push(format!("{id} looks different: {}", differing.join(", ")));
            }
        }
        for (id, wanted) in &declared.dropped {
            let same = |there| differences(wanted, there, self.same_version).is_empty();
            if self.present.get(id).is_some_and(same) {
                sentences.push(format!("{id} should be gone and is there"));
            }
        }
        sentences
    }
}

/// Does the migration change the shape of anything?
fn shows(run: &MigrationRun) -> bool {
    difference(&run.before, &run.after)
        .changes
        .values()
        .any(|change| match change {
            Change::Created | Change::Dropped | Change::Recreated(_) => true,
            Change::Altered(changed) => !changed.shape.is_empty(),
        })
}
