//! What a statement left behind on a throw-away database apart from catalog rows.

use std::collections::BTreeSet;

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::run::{Lock, StatementRun};

/// The names of the tables and views of a snapshot.
pub(super) fn relations(state: &CatalogSnapshot) -> BTreeSet<String> {
    let kinds = [ObjectKind::Table, ObjectKind::View];
    state
        .entries
        .keys()
        .filter(|id| kinds.contains(&id.kind))
        .map(ObjectId::name)
        .collect()
}

/// What a statement left behind apart from catalog rows.
pub(super) struct Observed {
    pub(super) ran_ddl: bool,
    pub(super) locks: Vec<String>,
}

impl Observed {
    /// Notes the locks that are new and on something that was there before; tells whether DDL ran.
    pub(super) fn keep_new_locks(
        self,
        held: &mut BTreeSet<String>,
        before: &BTreeSet<String>,
        did: &mut StatementRun,
    ) -> bool {
        for lock in self.locks {
            let Some((relation, mode)) = lock.rsplit_once(' ') else {
                continue;
            };
            let there = before.contains(relation);
            if there && held.insert(lock.clone()) {
                did.locks.push(Lock {
                    relation: relation.to_owned(),
                    mode: mode.to_owned(),
                });
            }
        }
        self.ran_ddl
    }
}
