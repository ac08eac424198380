//! A step outside any transaction: run, verify afterwards, and go on after an interruption.

use std::time::Instant;

use lodger_migration::catalog::{CatalogSnapshot, Difference, Object, difference_within};
use lodger_migration::check::Check;
use lodger_migration::migration::Migration;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::plan::expected::unexpected;
use lodger_migration::plan::steps::StepReason;
use lodger_migration::run::MigrationRun;

use super::step::no_such_step;
use super::{AppliedReport, ApplyEvent, Applying, StepFailure, StepReport, retry};
use crate::bookkeeping;
use crate::catalog::load_snapshot;
use crate::sql::quoted;

impl Applying<'_> {
    /// Runs the one statement of a step that Postgres refuses inside a transaction.
    pub(super) async fn alone(
        &self,
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
        let started = Instant::now();
        self.drop_invalid(run, position).await?;
        let before = self.snapshot().await?;
        let done_before = self.was_done_before(run, position, &before);
        let attempts = if done_before {
            0
        } else {
            self.execute(migration, run, position, watch).await?
        };
        let after = self.snapshot().await?;
        let real = if done_before {
            planned.difference.clone()
        } else {
            let mut real = difference_within(&before, &after);
            // Other projects go on while this runs outside a transaction: only what was planned is ours.
            real.changes
                .retain(|id, _| planned.difference.changes.contains_key(id));
            real
        };
        let mut complaints: Vec<String> = made_indexes(run, position)
            .filter(|id| !is_valid(&after, id))
            .map(|id| format!("{id} is not valid"))
            .collect();
        complaints.extend(unexpected(migration, run, planned, &real, &after));
        if !complaints.is_empty() {
            return Err(StepFailure::Unexpected(complaints));
        }
        self.record_alone(migration, &real, &before, &after, last, report)
            .await?;
        Ok(StepReport {
            reason: planned.step.reason,
            statements: 1,
            attempts,
            duration: started.elapsed(),
            checks: vec![
                Check::of(
                    "the statement did what was planned (verified after it took effect)",
                    &[],
                ),
                Check::of("every index is valid", &[]),
            ],
        })
    }

    /// Records a step that dropped something before the interruption and could not be recorded then.
    pub(super) async fn record_gone(
        &self,
        migration: &Migration,
        gone: &[ObjectId],
        last: bool,
        report: &mut AppliedReport,
    ) -> Result<StepReport, StepFailure> {
        let started = Instant::now();
        let now = self.snapshot().await?;
        let back: Vec<String> = gone
            .iter()
            .filter(|id| now.get(id).is_some())
            .map(|id| format!("{id} has come into being"))
            .collect();
        if !back.is_empty() {
            return Err(StepFailure::Stale(back));
        }
        let project = &self.settings.project;
        let released = bookkeeping::release_named(&self.session.client, project, gone).await;
        released.map_err(|error| StepFailure::Other(error.into()))?;
        let nothing = Difference::default();
        self.record_alone(migration, &nothing, &now, &now, last, report)
            .await?;
        Ok(StepReport {
            reason: Some(StepReason::OutsideTransaction),
            statements: 1,
            attempts: 0,
            duration: started.elapsed(),
            checks: vec![Check::of("what it drops is gone", &[])],
        })
    }

    /// Records what took effect already. In one transaction: an interruption in between would leave it half
    /// recorded.
    async fn record_alone(
        &self,
        migration: &Migration,
        real: &Difference,
        before: &CatalogSnapshot,
        after: &CatalogSnapshot,
        last: bool,
        report: &mut AppliedReport,
    ) -> Result<(), StepFailure> {
        let client = &self.session.client;
        let begin = client.batch_execute("begin").await;
        begin.map_err(|source| StepFailure::Postgres {
            line: None,
            doing: "recording a step",
            source,
        })?;
        let done = self
            .commit(migration, real, before, after, last, report)
            .await;
        if done.is_err() {
            // If the connection is gone, so is the transaction.
            client.batch_execute("rollback").await.ok();
        }
        done.map(drop)
    }

    /// Runs the statement until it goes through or the retries are used up; tells how many it took.
    async fn execute(
        &self,
        migration: &Migration,
        run: &MigrationRun,
        position: usize,
        watch: &mut (dyn FnMut(ApplyEvent) + Send),
    ) -> Result<u32, StepFailure> {
        let part = run
            .steps
            .get(position)
            .and_then(|step| step.step.statements.first());
        let Some(part) = part else { return Ok(0) };
        let line = migration.statements.get(part.index).map_or(0, |it| it.line);
        let mut attempt = 1;
        loop {
            let Err(source) = self.session.client.batch_execute(&part.sql).await else {
                return Ok(attempt);
            };
            // A failed CONCURRENTLY leaves an INVALID index, which a guard would take for the real one.
            // If the connection is gone it cannot be dropped now; the next run finds and drops it.
            let cleaned = self.drop_invalid(run, position).await;
            if !retry::is_worth_another_try(&source) || attempt >= self.options.retry.attempts {
                return Err(StepFailure::Postgres {
                    line: Some(line),
                    doing: "",
                    source,
                });
            }
            cleaned?;
            let pause = self.options.retry.pause(attempt);
            let reason = retry::sentence(&source);
            let version = migration.version.clone();
            watch(ApplyEvent::Retrying {
                version,
                attempt,
                reason,
                pause,
            });
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    async fn snapshot(&self) -> Result<CatalogSnapshot, StepFailure> {
        let loaded = load_snapshot(&self.session.client).await;
        loaded.map_err(|error| StepFailure::Other(error.into()))
    }

    /// This very step was begun before, took effect, and could not be recorded.
    fn was_done_before(
        &self,
        run: &MigrationRun,
        position: usize,
        before: &CatalogSnapshot,
    ) -> bool {
        let was_begun = self
            .prepared
            .present
            .history
            .iter()
            .any(|row| row.version == run.version && !row.finished);
        let mut made = made_indexes(run, position).peekable();
        was_begun && made.peek().is_some() && made.all(|id| is_valid(before, id))
    }

    /// Drops what an earlier failure left of the indexes that this step makes.
    async fn drop_invalid(&self, run: &MigrationRun, position: usize) -> Result<(), StepFailure> {
        let client = &self.session.client;
        let now = self.snapshot().await?;
        for id in made_indexes(run, position) {
            let left =
                matches!(now.get(id).map(|it| &it.object), Some(Object::Index(it)) if !it.valid);
            let Some(schema) = id.schema.as_ref().filter(|_| left) else {
                continue;
            };
            let sql = format!(
                "drop index concurrently {}.{}",
                quoted(schema),
                quoted(&id.name)
            );
            client
                .batch_execute(&sql)
                .await
                .map_err(|source| StepFailure::Postgres {
                    line: None,
                    doing: "dropping an INVALID index",
                    source,
                })?;
        }
        Ok(())
    }
}

fn made_indexes(run: &MigrationRun, position: usize) -> impl Iterator<Item = &ObjectId> {
    let made = run
        .steps
        .get(position)
        .map(|step| step.difference.created());
    made.into_iter()
        .flatten()
        .filter(|id| id.kind == ObjectKind::Index)
}

fn is_valid(snapshot: &CatalogSnapshot, id: &ObjectId) -> bool {
    matches!(snapshot.get(id).map(|it| &it.object), Some(Object::Index(index)) if index.valid)
}
