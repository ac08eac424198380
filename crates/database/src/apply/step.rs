//! One step in one transaction: execute, compare with the plan, prove, record, and only then commit.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use lodger_migration::catalog::{
    CatalogSnapshot, Change, Difference, Object, Oid, difference, difference_within,
};
use lodger_migration::check::Check;
use lodger_migration::migration::Migration;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::outcome::Action;
use lodger_migration::owner::Owner;
use lodger_migration::plan::expected::unexpected;
use lodger_migration::run::{MigrationRun, StepRun};

use super::seen::{self, Seeing, Seen};
use super::{
    AppliedReport, ApplyError, ApplyEvent, Applying, StepFailure, StepReport, retry, supabase,
};
use crate::bookkeeping;
use crate::catalog::load_snapshot_again;
use crate::prepare::Present;

const WRITTEN: &str = include_str!("rows_written.sql");

impl Applying<'_> {
    /// Runs a step until it goes through, is not as planned, or the retries are used up.
    pub(super) async fn transaction(
        &mut self,
        migration: &Migration,
        run: &MigrationRun,
        position: usize,
        last: bool,
        report: &mut AppliedReport,
        watch: &mut (dyn FnMut(ApplyEvent) + Send),
    ) -> Result<StepReport, StepFailure> {
        let Some(planned) = run.steps.get(position) else {
            return Err(no_such_step());
        };
        let mut attempt = 1;
        loop {
            let started = Instant::now();
            let tried = self
                .attempt(migration, run, planned, position, last, report)
                .await;
            let failure = match tried {
                Ok(checks) => {
                    return Ok(StepReport {
                        reason: planned.step.reason,
                        statements: planned.step.statements.len(),
                        attempts: attempt,
                        duration: started.elapsed(),
                        checks,
                    });
                }
                Err(failure) => failure,
            };
            // If the connection is gone, so is the transaction.
            self.session.client.batch_execute("rollback").await.ok();
            let StepFailure::Postgres { source, .. } = &failure else {
                return Err(failure);
            };
            if !retry::is_worth_another_try(source) || attempt >= self.options.retry.attempts {
                return Err(failure);
            }
            let pause = self.options.retry.pause(attempt);
            watch(ApplyEvent::Retrying {
                version: migration.version.clone(),
                attempt,
                reason: retry::sentence(source),
                pause,
            });
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    async fn attempt(
        &mut self,
        migration: &Migration,
        run: &MigrationRun,
        planned: &StepRun,
        position: usize,
        last: bool,
        report: &mut AppliedReport,
    ) -> Result<Vec<Check>, StepFailure> {
        let client = &self.session.client;
        let begin = "begin transaction isolation level repeatable read";
        client
            .batch_execute(begin)
            .await
            .map_err(|source| StepFailure::Postgres {
                line: None,
                doing: "beginning a transaction",
                source,
            })?;
        let looking = |source| StepFailure::Postgres {
            line: None,
            doing: "looking at what others do",
            source,
        };
        let seeing = Seeing::load(client).await.map_err(looking)?;
        let seen = self.seen.take().filter(|it| it.holds(seeing));
        let (before, differing) = if let Some(seen) = seen {
            (seen.snapshot, seen.differing)
        } else {
            let now = load_snapshot_again(self.session).await.map_err(other)?;
            let differing = self.differing(&now);
            (now, differing)
        };
        let written_before = self.rows_written().await?;
        if position == 0 {
            self.ensure_fresh(&before, &differing)?;
        }
        for part in &planned.step.statements {
            let line = migration.statements.get(part.index).map_or(0, |it| it.line);
            let fail = |source| StepFailure::Postgres {
                line: Some(line),
                doing: "",
                source,
            };
            client.batch_execute(&part.sql).await.map_err(fail)?;
        }
        let after = load_snapshot_again(self.session).await.map_err(other)?;
        let real = difference_within(&before, &after);
        let mut complaints = unexpected(migration, run, planned, &real, &after);
        complaints.extend(self.strangers_rows(migration, &written_before).await?);
        let checks = proofs(&real, &after, planned, &complaints)?;
        let numbered = self
            .commit(migration, &real, &before, &after, last, report)
            .await?;
        self.seen = numbered.then(|| Seen::new(after, &real, differing, seeing));
        Ok(checks)
    }

    /// Records a step in the transaction that is open, with the last one the whole migration, and commits.
    /// Tells whether the transaction had a number.
    pub(super) async fn commit(
        &self,
        migration: &Migration,
        real: &Difference,
        before: &CatalogSnapshot,
        after: &CatalogSnapshot,
        last: bool,
        report: &mut AppliedReport,
    ) -> Result<bool, StepFailure> {
        let client = &self.session.client;
        let postgres = |doing| {
            move |source| StepFailure::Postgres {
                line: None,
                doing,
                source,
            }
        };
        let recorded = self.record(migration, real, before, after).await;
        recorded.map_err(retry::not_recorded)?;
        if last {
            let note = supabase::record(client, &self.prepared.present.snapshot, migration).await;
            report.ledger = note.map_err(postgres("writing Supabase's history"))?;
        }
        let numbered = seen::is_numbered(client).await;
        let numbered = numbered.map_err(postgres("recording the step"))?;
        client
            .batch_execute("commit")
            .await
            .map_err(postgres("committing"))?;
        Ok(numbered)
    }

    /// What is not as it was when the plan was made.
    fn differing(&self, now: &CatalogSnapshot) -> BTreeSet<ObjectId> {
        let planned_for = &self.prepared.present.snapshot;
        difference(planned_for, now).changes.into_keys().collect()
    }

    /// What is in reach of the migrations has to be as it was when the plan was made. What is not among
    /// `differing` is.
    fn ensure_fresh(
        &self,
        now: &CatalogSnapshot,
        differing: &BTreeSet<ObjectId>,
    ) -> Result<(), StepFailure> {
        let of = |snapshot: &CatalogSnapshot| {
            let ids = differing.iter().filter(|id| !self.touched.contains(*id));
            let entries = ids.filter_map(|id| snapshot.entries.get_key_value(id));
            CatalogSnapshot {
                entries: entries
                    .map(|(id, entry)| (id.clone(), entry.clone()))
                    .collect(),
                ..CatalogSnapshot::default()
            }
        };
        let since = difference(&of(&self.prepared.present.snapshot), &of(now));
        let differences: Vec<String> = since
            .changes
            .iter()
            .filter(|(id, _)| {
                id.schema.as_deref() != Some("lodger")
                    && (self.prepared.reach.contains(id) || self.planned.contains(*id))
            })
            .map(|(id, change)| match change {
                Change::Created => format!("{id} has come into being"),
                Change::Dropped => format!("{id} is gone"),
                Change::Altered(changed) | Change::Recreated(changed) => {
                    format!("{id}: {}", changed.all().join(", "))
                }
            })
            .collect();
        if differences.is_empty() {
            Ok(())
        } else {
            Err(StepFailure::Stale(differences))
        }
    }

    /// Rows written so far per table, as the session counts them. The counters may still hold what
    /// earlier transactions of this session wrote, so only differences say something.
    async fn rows_written(&self) -> Result<BTreeMap<ObjectId, i64>, StepFailure> {
        let rows = self.session.client.query(WRITTEN, &[]).await;
        let rows = rows.map_err(|source| StepFailure::Postgres {
            line: None,
            doing: "counting written rows",
            source,
        })?;
        let table = |row: &tokio_postgres::Row| {
            let (schema, table): (&str, &str) = (row.get(0), row.get(1));
            (
                ObjectId::in_schema(ObjectKind::Table, schema, table),
                row.get(2),
            )
        };
        Ok(rows.iter().map(table).collect())
    }

    /// Rows written in this transaction that are neither ours nor announced by the plan.
    async fn strangers_rows(
        &self,
        migration: &Migration,
        before: &BTreeMap<ObjectId, i64>,
    ) -> Result<Vec<String>, StepFailure> {
        let now = self.rows_written().await?;
        let announced: BTreeSet<&ObjectId> = self
            .prepared
            .plan
            .migrations
            .iter()
            .filter(|it| it.version == migration.version)
            .flat_map(|it| &it.statements)
            .flat_map(|it| &it.outcomes)
            .filter(|it| it.action == Action::WritesRows)
            .filter_map(|it| it.object.as_ref())
            .collect();
        let Present {
            snapshot,
            ownership,
            ..
        } = &self.prepared.present;
        Ok(now
            .iter()
            .filter(|(id, count)| before.get(*id) != Some(*count))
            .filter(|(id, _)| {
                let ours = ownership.owner(id, snapshot) == Owner::Ours;
                snapshot.get(id).is_some() && !ours && !announced.contains(id)
            })
            .map(|(id, count)| {
                let count = count - before.get(id).copied().unwrap_or(0);
                format!("writes {count} rows of {id}, which the plan did not foresee")
            })
            .collect())
    }

    /// Claims what is new, gives up what is gone, and records the step.
    async fn record(
        &self,
        migration: &Migration,
        real: &Difference,
        before: &CatalogSnapshot,
        after: &CatalogSnapshot,
    ) -> Result<(), ApplyError> {
        let client = &self.session.client;
        let project = &self.settings.project;
        let owned = |list: Vec<(&ObjectId, Oid)>| -> Vec<(ObjectId, Oid)> {
            list.into_iter()
                .map(|(id, oid)| (id.clone(), oid))
                .collect()
        };
        let mut found = real.by_oid(before, after);
        found
            .made
            .retain(|(id, _)| after.get(id).is_some_and(|it| it.extension.is_none()));
        bookkeeping::release(client, &owned(found.gone)).await?;
        // Whose it is, and which migration made it, stays as it was under another name.
        bookkeeping::relabel(client, &owned(found.renamed)).await?;
        bookkeeping::claim(
            client,
            project,
            Some(&migration.version),
            &owned(found.made),
        )
        .await?;
        bookkeeping::finish_step(client, project, &migration.version).await?;
        Ok(())
    }
}

pub(super) fn no_such_step() -> StepFailure {
    StepFailure::Unexpected(vec!["the plan has no such step".to_owned()])
}

fn other(error: crate::catalog::CatalogError) -> StepFailure {
    StepFailure::Other(error.into())
}

/// All that is proved before COMMIT; an error when one thing does not hold.
fn proofs(
    real: &Difference,
    after: &CatalogSnapshot,
    planned: &StepRun,
    complaints: &[String],
) -> Result<Vec<Check>, StepFailure> {
    let postconditions = postconditions(real, after, planned);
    let failed = postconditions.iter().filter(|it| !it.passed).map(|check| {
        format!(
            "{}: {}",
            check.name,
            check.detail.clone().unwrap_or_default()
        )
    });
    let all: Vec<String> = complaints.iter().cloned().chain(failed).collect();
    if !all.is_empty() {
        return Err(StepFailure::Unexpected(all));
    }
    let mut checks = vec![
        Check::of("the catalog changed exactly as planned", &[]),
        Check::of("no rows of others were written", &[]),
    ];
    checks.extend(postconditions);
    Ok(checks)
}

/// What has to hold whatever the plan says: the migration's own objects are sound.
fn postconditions(real: &Difference, after: &CatalogSnapshot, planned: &StepRun) -> Vec<Check> {
    let mut invalid = Vec::new();
    let mut keys = Vec::new();
    for (id, change) in &real.changes {
        if matches!(change, Change::Dropped) {
            continue;
        }
        match after.get(id).map(|entry| &entry.object) {
            Some(Object::Index(it)) if !it.valid => invalid.push(format!("{id} is not valid")),
            Some(Object::Constraint(it)) => {
                let Some(key) = &it.foreign_key else { continue };
                let target = ObjectId::in_schema(ObjectKind::Table, &key.schema, &key.table);
                // By OID: the name alone could be that of another table in another schema.
                if after.get(&target).map(|entry| entry.oid) != Some(key.table_oid) {
                    keys.push(format!("{id} points at OID {}", key.table_oid));
                }
                if !it.validated && !planned.step.statements.iter().any(|it| it.validate_later) {
                    tracing::info!(constraint = %id, "left NOT VALID, as the file says");
                }
            }
            _ => {}
        }
    }
    vec![
        Check::of("every index is valid", &invalid),
        Check::of(
            "every foreign key points at the planned table, by OID",
            &keys,
        ),
    ]
}
