//! Executes a case for real, in a transaction, and compares that with its plan.

use std::collections::{BTreeMap, BTreeSet};

use lodger_migration::catalog::{CatalogSnapshot, Change, Difference, Object, difference_within};
use lodger_migration::object::ObjectId;
use lodger_migration::outcome::Action;
use lodger_migration::plan::PlannedMigration;
use lodger_migration::plan::expected::unexpected;
use lodger_migration::plan::steps::StepKind;
use lodger_migration::run::MigrationRun;
use lodger_migration::statement::StatementKind;
use tokio_postgres::Client;

use super::case::{Case, ExpectedOutcome};
use crate::catalog::load_snapshot_in;
use crate::prepare::Prepared;
use crate::sql::quoted;

/// Rows written so far by this transaction, per table.
const ROWS_WRITTEN: &str = include_str!("../../apply/rows_written.sql");

/// What really happened.
#[derive(Debug, Default)]
pub(super) struct Truth {
    /// Outcomes of the case that Postgres did not have.
    pub(super) wrong_outcomes: Vec<String>,
    /// Outcomes of the plan that the migration as a whole had, each once.
    pub(super) outcomes: BTreeSet<String>,
    /// Where the plan says something else.
    pub(super) not_as_planned: Vec<String>,
    /// Why it was not executed, or not to its end.
    pub(super) not_executed: Option<String>,
}

/// What Postgres did, over all migrations of a case.
struct Happened {
    before: CatalogSnapshot,
    after: CatalogSnapshot,
    changes: Vec<Difference>,
    failed: bool,
    written: BTreeMap<String, i64>,
}

pub(super) async fn execute(client: &Client, case: &Case, prepared: &Prepared) -> Truth {
    let mut truth = Truth::default();
    let before = prepared.present.snapshot.clone();
    let mut happened = Happened {
        after: before.clone(),
        before,
        changes: Vec::new(),
        failed: false,
        written: BTreeMap::new(),
    };
    let rows = rows_written(client).await;
    let schema = quoted(&case.settings.schema);
    let path = format!(
        "create schema if not exists {schema}; set local search_path = {schema}, extensions"
    );
    for planned in prepared.plan.due() {
        client
            .batch_execute(&path)
            .await
            .unwrap_or_else(|error| panic!("{}: {error:?}", case.name));
        happened.after = snapshot(client, case).await;
        if let Err(reason) = one(client, case, planned, &mut truth, &mut happened).await {
            truth.not_executed = Some(reason);
            return truth;
        }
    }
    happened.written = rows_written(client).await;
    for (table, before) in rows {
        *happened.written.entry(table).or_default() -= before;
    }
    let planned = prepared.plan.due().flat_map(|it| &it.statements);
    for outcome in planned.flat_map(|it| &it.outcomes) {
        let Some(object) = &outcome.object else {
            continue;
        };
        let outcome = ExpectedOutcome {
            action: outcome.action.as_str().to_owned(),
            object: object.to_string(),
        };
        if happened.had(&outcome) {
            let line = format!("{} {}", outcome.action, outcome.object);
            truth.outcomes.insert(line);
        }
    }
    for outcome in &case.outcomes {
        if !happened.had(outcome) && !is_of_extension(prepared, &outcome.object) {
            let line = format!("{} {}", outcome.action, outcome.object);
            truth.wrong_outcomes.push(format!("did not happen: {line}"));
        }
    }
    truth
}

/// Executes one migration, step by step; gives back why it cannot.
async fn one(
    client: &Client,
    case: &Case,
    planned: &PlannedMigration,
    truth: &mut Truth,
    happened: &mut Happened,
) -> Result<(), String> {
    let migration = case
        .migrations
        .iter()
        .find(|it| it.version == planned.version && it.name == planned.name)
        .ok_or("the plan is about another migration")?;
    let run = planned.run.as_ref().ok_or("the plan has no run")?;
    for step in &run.steps {
        if step.step.kind == StepKind::Alone {
            return Err("a statement runs outside of any transaction".to_owned());
        }
        let before = happened.after.clone();
        for part in &step.step.statements {
            let error = execute_one(client, &part.sql).await;
            happened.failed |= error.is_some();
            let said = run.statements.get(part.index);
            let evaluated = said.is_some_and(|it| it.not_evaluated.is_none());
            let foreseen = said.and_then(|it| it.failure.as_ref());
            let line = migration.statements.get(part.index).map_or(0, |it| it.line);
            let creates = migration
                .statements
                .get(part.index)
                .is_some_and(|it| it.kind == StatementKind::CreateExtension);
            if let (true, Some((_, message))) = (creates, &error) {
                return Err(format!(
                    "this server has no such extension to offer: {message}"
                ));
            }
            match (&error, foreseen) {
                (Some((code, _)), Some(foreseen)) if *code == foreseen.sqlstate => {}
                (None, None) => {}
                (Some(_), None) if !evaluated => {}
                (Some((code, message)), None) if is_unknown_there(&happened.before, run, code) => {
                    return Err(format!(
                        "this server is older than what the migration is written for: {message}"
                    ));
                }
                (error, foreseen) => truth.not_as_planned.push(format!(
                    "line {line}: Postgres said {error:?}, and the plan {foreseen:?}"
                )),
            }
        }
        happened.after = snapshot(client, case).await;
        let real = difference_within(&before, &happened.after);
        if run.statements.iter().all(|it| it.not_evaluated.is_none()) {
            let found = unexpected(migration, run, step, &real, &happened.after);
            truth.not_as_planned.extend(found);
        }
        happened.changes.push(real);
    }
    Ok(())
}

/// Does an older server than the one of the plan say that it does not know a word or a setting?
fn is_unknown_there(present: &CatalogSnapshot, planned: &MigrationRun, code: &str) -> bool {
    const SYNTAX_ERROR: &str = "42601";
    const INVALID_PARAMETER_VALUE: &str = "22023";
    present.server.major() < planned.before.server.major()
        && [SYNTAX_ERROR, INVALID_PARAMETER_VALUE].contains(&code)
}

/// What an extension consists of depends on its version, which is the server's.
fn is_of_extension(prepared: &Prepared, object: &str) -> bool {
    let runs = prepared.plan.due().filter_map(|it| it.run.as_ref());
    let mut entries = runs.flat_map(|it| &it.after.entries);
    entries.any(|(id, entry)| entry.extension.is_some() && id.to_string() == object)
}

/// The SQLSTATE and message of the error, if it fails; what it did is undone then.
async fn execute_one(client: &Client, sql: &str) -> Option<(String, String)> {
    let savepoint = client.batch_execute("savepoint corpus").await;
    savepoint.expect("a savepoint can be set");
    let error = client.batch_execute(sql).await.err();
    let end = if error.is_some() {
        "rollback to corpus"
    } else {
        "release corpus"
    };
    client
        .batch_execute(end)
        .await
        .expect("a savepoint can be left");
    error.map(|error| match error.as_db_error() {
        Some(said) => (said.code().code().to_owned(), said.message().to_owned()),
        None => ("08006".to_owned(), error.to_string()),
    })
}

async fn snapshot(client: &Client, case: &Case) -> CatalogSnapshot {
    load_snapshot_in(client)
        .await
        .unwrap_or_else(|error| panic!("{}: {error:?}", case.name))
}

async fn rows_written(client: &Client) -> BTreeMap<String, i64> {
    let rows = client.query(ROWS_WRITTEN, &[]).await;
    let rows = rows.expect("the statistics can be read");
    let name = |row: &tokio_postgres::Row| {
        format!("table {}.{}", row.get::<_, &str>(0), row.get::<_, &str>(1))
    };
    rows.iter().map(|row| (name(row), row.get(2))).collect()
}

impl Happened {
    fn had(&self, outcome: &ExpectedOutcome) -> bool {
        let object = outcome.object.as_str();
        let changes = || self.changes.iter().flat_map(|it| &it.changes);
        let changed = |fits: fn(&Change) -> bool| {
            changes().any(|(id, change)| id.to_string() == object && fits(change))
        };
        let there_before = self
            .before
            .entries
            .keys()
            .any(|id| id.to_string() == object);
        let there_after = self.after.entries.keys().any(|id| id.to_string() == object);
        let is = |action: &Action| outcome.action == action.as_str();
        if is(&Action::Creates) {
            changed(|it| matches!(it, Change::Created | Change::Recreated(_))) || there_after
        } else if is(&Action::Drops) {
            changed(|it| matches!(it, Change::Dropped | Change::Recreated(_)))
                || (there_before && !there_after)
                || object.starts_with("column ")
        } else if is(&Action::Replaces)
            || is(&Action::Alters)
            || is(&Action::Grants)
            || is(&Action::Sets)
        {
            changed(|it| !matches!(it, Change::Dropped)) || (is(&Action::Replaces) && there_before)
        } else if is(&Action::AttachesTo) {
            changes()
                .any(|(id, change)| !matches!(change, Change::Dropped) && self.hangs_on(id, object))
        } else if is(&Action::WritesRows) {
            self.written.get(object).is_some_and(|count| *count > 0)
        } else if is(&Action::Fails) {
            self.failed
        } else if is(&Action::NotEvaluated) || is(&Action::UnverifiableBeforeCommit) {
            true
        } else {
            // Skipped or there already: it stands where it stood, and nothing was made of that name.
            there_after && !changed(|it| matches!(it, Change::Recreated(_)))
        }
    }

    /// A new object belongs to the host or refers to it, or the host itself took it up.
    fn hangs_on(&self, id: &ObjectId, host: &str) -> bool {
        if id.to_string() == host || id.parent_table().is_some_and(|it| it.to_string() == host) {
            return true;
        }
        let schema = id.schema.as_deref().unwrap_or_default();
        match self.after.get(id).map(|entry| &entry.object) {
            Some(Object::Constraint(it)) => it
                .foreign_key
                .as_ref()
                .is_some_and(|key| host == format!("table {}.{}", key.schema, key.table)),
            Some(Object::Index(it)) => host.ends_with(&format!(" {schema}.{}", it.table)),
            _ => false,
        }
    }
}
