//! Builds what stands in a database, and keeps who made each object by its OID.

use std::collections::{BTreeMap, BTreeSet};

use lodger_database::catalog::load_snapshot_again;
use lodger_database::connect::Session;
use lodger_database::prepare::Present;
use lodger_migration::catalog::{CatalogSnapshot, Change, Entry, Object, Oid, difference_within};
use lodger_migration::history::AppliedMigration;
use lodger_migration::migration::Migration;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::owner::{Owner, Ownership};

use super::script::{NOBODY, OURS, Script, lines};
use crate::story::migration;

/// Who made what, by what does not change with a name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Makers {
    by_oid: BTreeMap<(ObjectKind, Oid), &'static str>,
}

impl Makers {
    /// Notes that a project made what came into being between two snapshots.
    pub(crate) fn note(
        &mut self,
        project: &'static str,
        before: &CatalogSnapshot,
        after: &CatalogSnapshot,
    ) {
        let known: BTreeSet<(ObjectKind, Oid)> = before
            .entries
            .iter()
            .map(|(id, it)| (id.kind, it.oid))
            .collect();
        for (id, entry) in &after.entries {
            let key = (id.kind, entry.oid);
            if entry.oid == 0 || known.contains(&key) {
                continue;
            }
            let maker = match before.get(id) {
                Some(old) if made_by_its_table(id, old, before, after) => {
                    self.by_oid.get(&(id.kind, old.oid)).copied()
                }
                _ => Some(project),
            };
            self.by_oid.extend(maker.map(|it| (key, it)));
        }
    }

    /// Whose an object of `snapshot` is.
    pub(crate) fn owner(&self, id: &ObjectId, snapshot: &CatalogSnapshot) -> Owner {
        if id.kind == ObjectKind::Column
            && let Some(table) = id.parent_table()
        {
            return self.owner(&table, snapshot);
        }
        let maker = snapshot
            .get(id)
            .and_then(|entry| self.by_oid.get(&(id.kind, entry.oid)));
        match maker {
            Some(&OURS) => Owner::Ours,
            Some(project) => Owner::Other {
                project: (*project).to_owned(),
            },
            None => Ownership::default().owner(id, snapshot),
        }
    }

    fn claims(&self, snapshot: &CatalogSnapshot) -> BTreeMap<ObjectId, String> {
        let claim = |(id, entry): (&ObjectId, &std::sync::Arc<Entry>)| {
            let project = self.by_oid.get(&(id.kind, entry.oid))?;
            Some((id.clone(), (*project).to_owned()))
        };
        snapshot.entries.iter().filter_map(claim).collect()
    }
}

/// Postgres makes indexes and constraints anew when a column of their table gets another type.
fn made_by_its_table(
    id: &ObjectId,
    old: &Entry,
    before: &CatalogSnapshot,
    after: &CatalogSnapshot,
) -> bool {
    let table = match &old.object {
        Object::Index(index) => Some(&index.table),
        Object::Constraint(_) => id.table.as_ref(),
        _ => None,
    };
    let (Some(schema), Some(table)) = (&id.schema, table) else {
        return false;
    };
    let table = ObjectId::in_schema(ObjectKind::Table, schema, table);
    let oid = |snapshot: &CatalogSnapshot| snapshot.get(&table).map(|it| it.oid);
    oid(before).is_some() && oid(before) == oid(after)
}

/// What stands in a database, and the migrations of the project.
pub(crate) struct Instance {
    pub(crate) present: Present,
    pub(crate) makers: Makers,
    /// The one that was applied, if it made anything, and the one that is due.
    pub(crate) migrations: Vec<Migration>,
    /// The case without the standing statements that Postgres refused.
    pub(crate) script: Script,
}

/// Builds a case in the transaction that is open.
pub(crate) async fn build(session: &Session, script: &Script) -> Instance {
    let mut makers = Makers::default();
    let mut snapshot = load_snapshot_again(session).await.unwrap();
    let mut standing = Vec::new();
    for (owner, statements) in &script.standing {
        let mut done = Vec::new();
        for statement in statements {
            if perform(session, statement).await.is_ok() {
                done.push(statement.clone());
            }
        }
        if done.is_empty() {
            continue;
        }
        let after = load_snapshot_again(session).await.unwrap();
        if *owner != NOBODY {
            makers.note(owner, &snapshot, &after);
        }
        snapshot = after;
        standing.push((*owner, done));
    }
    let mut migrations = Vec::new();
    let mut history = Vec::new();
    if let Some((_, done)) = standing.iter().find(|(owner, _)| *owner == OURS) {
        let first = migration("20251101000001", &lines(done));
        history.push(applied(&first));
        migrations.push(first);
    }
    migrations.push(migration("20251101000002", &script.migration));
    let ownership = Ownership {
        project: OURS.to_owned(),
        claims: makers.claims(&snapshot),
    };
    Instance {
        present: Present {
            snapshot,
            ownership,
            history,
            taken_versions: BTreeMap::default(),
            outline: None,
        },
        makers,
        migrations,
        script: Script {
            standing,
            migration: script.migration.clone(),
        },
    }
}

fn applied(migration: &Migration) -> AppliedMigration {
    AppliedMigration {
        version: migration.version.clone(),
        name: migration.name.clone(),
        checksum: migration.checksum.clone(),
        baseline: false,
        finished: true,
        steps: Vec::new(),
        steps_done: 0,
        at: String::new(),
    }
}

/// What Postgres makes of a statement that it refuses.
pub(crate) enum Refused {
    /// It says why, and the transaction goes on.
    Said(tokio_postgres::Error),
    /// The embedded server cannot go on after an error in a block with an EXCEPTION clause.
    Stuck,
}

/// Runs a statement that takes effect or not; the transaction goes on.
pub(crate) async fn perform(session: &Session, sql: &str) -> Result<(), Refused> {
    let client = &session.client;
    client.batch_execute("savepoint a_statement").await.unwrap();
    let Err(error) = client.batch_execute(sql).await else {
        let released = client.batch_execute("release savepoint a_statement").await;
        return released.map_err(|_| Refused::Stuck);
    };
    let undo = "rollback to savepoint a_statement; release savepoint a_statement";
    match client.batch_execute(undo).await {
        Ok(()) => Err(Refused::Said(error)),
        Err(_) => Err(Refused::Stuck),
    }
}

/// What one statement, or a step, changed.
pub(crate) fn changes(
    before: &CatalogSnapshot,
    after: &CatalogSnapshot,
) -> BTreeMap<ObjectId, Change> {
    difference_within(before, after).changes
}
