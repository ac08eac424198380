//! The proof that nothing is left behind: row counts, sequences, the catalog, and Postgres' own word.

use std::collections::{BTreeMap, BTreeSet};

use lodger_migration::catalog::{CatalogSnapshot, difference, fingerprint};
use lodger_migration::check::{Check, CheckReport};
use lodger_migration::object::ObjectId;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::insert::name_of;
use super::stage::{Stage, broken};
use super::{RehearseError, cascade};
use crate::catalog::load_snapshot;
use crate::prepare::PrepareError;
use crate::sql::{literal, qualified};

const SEQUENCES_READABLE: &str = include_str!("sequences_readable.sql");
const SEQUENCES_USED: &str = include_str!("sequences_used.sql");
/// How many sequences are asked in one statement.
const AT_ONCE: usize = 100;
const LOOK: &str = "begin isolation level repeatable read read only";

/// `last_value is_called`, by sequence.
type Sequences = BTreeMap<String, String>;

/// How things stood before.
#[derive(Debug)]
pub(super) struct Residue {
    counts: BTreeMap<ObjectId, i64>,
    sequences: Sequences,
    /// The oldest transaction that was not over at the beginning.
    horizon: String,
    /// The transaction's number, once it has written anything.
    transaction: Option<String>,
    used: BTreeSet<String>,
    uncounted: Vec<String>,
}

impl Residue {
    /// Counts the rows of `tables`, and reads every sequence that may be read.
    pub(super) async fn before(
        stage: &Stage<'_>,
        tables: &BTreeSet<ObjectId>,
    ) -> Result<Self, RehearseError> {
        let horizon = "select pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())";
        let mut residue = Self {
            horizon: one(stage.client(), horizon).await?,
            counts: BTreeMap::new(),
            sequences: sequences(stage.client()).await?,
            transaction: None,
            used: BTreeSet::new(),
            uncounted: Vec::new(),
        };
        residue.count(stage, tables.iter()).await?;
        Ok(residue)
    }

    /// Notes what else the transaction has written, when all of it is undone and the transaction still
    /// looks at the database as of its beginning.
    pub(super) async fn at_end(&mut self, stage: &Stage<'_>) -> Result<(), RehearseError> {
        let client = stage.client();
        let written = cascade::written(client).await?;
        let more: Vec<ObjectId> = written
            .into_keys()
            .filter(|id| !self.counts.contains_key(id))
            .collect();
        self.count(stage, more.iter()).await?;
        let reading = |error| broken("reading what was used", error);
        let used = client
            .query_typed(SEQUENCES_USED, &[])
            .await
            .map_err(reading)?;
        self.used = used
            .iter()
            .map(|row| qualified(row.get(0), row.get(1)))
            .collect();
        let number = "select pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text";
        let number = client.query_typed_one(number, &[]).await.map_err(reading)?;
        self.transaction = number.get(0);
        Ok(())
    }

    async fn count(
        &mut self,
        stage: &Stage<'_>,
        tables: impl Iterator<Item = &ObjectId>,
    ) -> Result<(), RehearseError> {
        for id in tables {
            let sql = format!("select pg_catalog.count(*) from {}", name_of(id));
            match stage.number(&stage.me, &sql).await? {
                Ok(count) => drop(self.counts.insert(id.clone(), count)),
                Err(refusal) => self
                    .uncounted
                    .push(format!("{} ({})", id.name(), refusal.message)),
            }
        }
        Ok(())
    }

    /// Looks again, now that the transaction is over.
    pub(super) async fn check(
        &self,
        client: &Client,
        present: &CatalogSnapshot,
        report: &mut CheckReport,
    ) -> Result<(), RehearseError> {
        let snapshot = load_snapshot(client).await.map_err(PrepareError::from)?;
        let looking = |error| broken("looking for residue", error);
        client.batch_execute(LOOK).await.map_err(looking)?;
        let looked = self.look(client, report).await;
        // After an error there is nothing to keep.
        client.batch_execute("rollback").await.ok();
        looked?;
        let mut complaints = Vec::new();
        if fingerprint(&snapshot) != fingerprint(present) {
            let changes = difference(present, &snapshot).changes;
            let changed: Vec<String> = changes.keys().map(ToString::to_string).collect();
            complaints.push(format!("changed since: {}", changed.join(", ")));
        }
        report.checks.push(Check::of(
            "nothing left behind: the catalog is the same",
            &complaints,
        ));
        for table in &self.uncounted {
            report.notes.push(format!("not counted: {table}"));
        }
        Ok(())
    }

    async fn look(&self, client: &Client, report: &mut CheckReport) -> Result<(), RehearseError> {
        report.checks.extend(self.check_transaction(client).await?);
        let mut complaints = Vec::new();
        for (id, before) in &self.counts {
            let after = one(
                client,
                &format!("select pg_catalog.count(*) from {}", name_of(id)),
            )
            .await?;
            let after: i64 = after.parse().unwrap_or(-1);
            if after > *before && self.came_since(client, id).await? >= after - before {
                let more = after - before;
                let rows = if more == 1 { "row" } else { "rows" };
                let name = id.name();
                report
                    .notes
                    .push(format!("others put {more} {rows} into {name} meanwhile"));
            } else if after != *before {
                complaints.push(format!("{} had {before} rows and has {after}", id.name()));
            }
        }
        let tables = self.counts.len();
        let name = format!("nothing left behind: {tables} tables have as many rows as before");
        report.checks.push(Check::of(name, &complaints));
        let check = self.check_sequences(client, report).await?;
        report.checks.push(check);
        Ok(())
    }

    /// Postgres says whether the transaction took effect.
    async fn check_transaction(&self, client: &Client) -> Result<Option<Check>, RehearseError> {
        let Some(number) = &self.transaction else {
            return Ok(None);
        };
        let sql = format!(
            "select pg_catalog.pg_xact_status({}::pg_catalog.xid8)",
            literal(number)
        );
        let status = one(client, &sql).await?;
        let complaints: Vec<String> = (status != "aborted")
            .then(|| format!("it is {status}"))
            .into_iter()
            .collect();
        let name = format!("nothing left behind: transaction {number} is aborted, says Postgres");
        Ok(Some(Check::of(name, &complaints)))
    }

    /// How many rows there are that were written since. The transaction itself is aborted, so they are
    /// others'.
    async fn came_since(&self, client: &Client, id: &ObjectId) -> Result<i64, RehearseError> {
        let sql = format!(
            "select pg_catalog.count(*) from {} where pg_catalog.age(xmin) <= \
             pg_catalog.age({}::pg_catalog.xid8::pg_catalog.xid)",
            name_of(id),
            literal(&self.horizon)
        );
        Ok(one(client, &sql).await?.parse().unwrap_or_default())
    }

    async fn check_sequences(
        &self,
        client: &Client,
        report: &mut CheckReport,
    ) -> Result<Check, RehearseError> {
        let after = sequences(client).await?;
        let mut complaints = Vec::new();
        for (name, before) in &self.sequences {
            let now = after.get(name).map_or("gone", String::as_str);
            if now == before {
                continue;
            }
            if self.used.contains(name) {
                complaints.push(format!("{name} was at {before} and is at {now}"));
            } else {
                report
                    .notes
                    .push(format!("others use sequence {name} at the moment"));
            }
        }
        let unseen = self
            .used
            .iter()
            .filter(|it| !self.sequences.contains_key(*it));
        complaints.extend(unseen.map(|it| format!("{it} was used, and may not be read")));
        let count = self.sequences.len();
        Ok(Check::of(
            format!("nothing left behind: {count} sequences stand where they stood"),
            &complaints,
        ))
    }
}

/// Reads every sequence that the session may read.
async fn sequences(client: &Client) -> Result<Sequences, RehearseError> {
    let reading = |error| broken("reading sequences", error);
    let rows = client
        .query_typed(SEQUENCES_READABLE, &[])
        .await
        .map_err(reading)?;
    let names: Vec<String> = rows
        .iter()
        .map(|row| qualified(row.get(0), row.get(1)))
        .collect();
    let mut values = Sequences::new();
    for some in names.chunks(AT_ONCE) {
        let selects = some.iter().map(|name| {
            format!("select {}, last_value::pg_catalog.text || case when is_called then '' else ' (unused)' end from {name}", literal(name))
        });
        let sql = selects.collect::<Vec<_>>().join(" union all ");
        let found = client.simple_query(&sql).await.map_err(reading)?;
        for message in found {
            if let SimpleQueryMessage::Row(row) = message
                && let (Some(name), Some(value)) = (row.get(0), row.get(1))
            {
                values.insert(name.to_owned(), value.to_owned());
            }
        }
    }
    Ok(values)
}

/// The first value of the first row, as text.
async fn one(client: &Client, sql: &str) -> Result<String, RehearseError> {
    let messages = client.simple_query(sql).await;
    let messages = messages.map_err(|error| broken("looking for residue", error))?;
    let row = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    Ok(row.unwrap_or_default().to_owned())
}
