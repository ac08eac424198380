//! A step outside any transaction: run, verify afterwards, and go on after an interruption.

use std::time::Instant;

use lodger_migration::catalog::{CatalogSnapshot, Object, difference_within};
use lodger_migration::check::Check;
use lodger_migration::migration::Migration;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::plan::expected::unexpected;
use lodger_migration::run::MigrationRun;

use super::{ApplyEvent, Applying, StepFailure, StepReport, retry};
use crate::catalog::load_snapshot;
use crate::sql::quoted;

impl Applying<'_> {
    /// Runs the one statement of a step that Postgres refuses inside a transaction.
    pub(super) async fn alone(
        &self,
        migration: &Migration,
        run: &MigrationRun,
        position: usize,
        watch: &mut (dyn FnMut(ApplyEvent) + Send),
    ) -> Result<StepReport, StepFailure> {
        let client = &self.session.client;
        let Some((planned, part)) = run
            .steps
            .get(position)
            .and_then(|step| Some((step, step.step.statements.first()?)))
        else {
            return Err(StepFailure::Unexpected(vec![
                "the plan has no such step".to_owned(),
            ]));
        };
        let line = migration.statements.get(part.index).map_or(0, |it| it.line);
        let started = Instant::now();
        let mut attempt = 1;
        self.drop_invalid(run, position).await?;
        let before = load_snapshot(client)
            .await
            .map_err(|error| StepFailure::Other(error.into()))?;
        let done_before = self.was_done_before(run, position, &before);
        while !done_before {
            let Err(source) = client.batch_execute(&part.sql).await else {
                break;
            };
            // A failed CONCURRENTLY leaves an INVALID index, which a guard would take for the real one.
            self.drop_invalid(run, position).await?;
            if !retry::is_worth_another_try(&source) || attempt >= self.options.retry.attempts {
                return Err(StepFailure::Postgres {
                    line: Some(line),
                    doing: "",
                    source,
                });
            }
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
        let after = load_snapshot(client)
            .await
            .map_err(|error| StepFailure::Other(error.into()))?;
        let mut real = difference_within(&before, &after);
        // Other projects go on while this runs outside a transaction: only what was planned is ours.
        real.changes
            .retain(|id, _| planned.difference.changes.contains_key(id));
        let complaints = if done_before {
            Vec::new()
        } else {
            unexpected(migration, run, planned, &real, &after)
        };
        if done_before {
            real = planned.difference.clone();
        }
        let invalid: Vec<String> = made_indexes(run, position)
            .filter(|id| !is_valid(&after, id))
            .map(|id| format!("{id} is not valid"))
            .collect();
        let all: Vec<String> = complaints
            .into_iter()
            .chain(invalid.iter().cloned())
            .collect();
        if !all.is_empty() {
            return Err(StepFailure::Unexpected(all));
        }
        self.record(migration, &real, &before, &after)
            .await
            .map_err(StepFailure::Other)?;
        Ok(StepReport {
            reason: planned.step.reason,
            statements: 1,
            attempts: attempt,
            duration: started.elapsed(),
            checks: vec![
                Check::of(
                    "the statement did what was planned (verified after it took effect)",
                    &[],
                ),
                Check::of("every index is valid", &invalid),
            ],
        })
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
        let now = load_snapshot(client)
            .await
            .map_err(|error| StepFailure::Other(error.into()))?;
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
