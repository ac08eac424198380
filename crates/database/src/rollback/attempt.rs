//! One attempt in one transaction: lock, look again, save the rows, drop, prove, and only then commit.

use lodger_migration::catalog::{CatalogSnapshot, difference_within};
use lodger_migration::check::Check;
use lodger_migration::migration::Migration;
use lodger_migration::object::ObjectId;
use lodger_migration::settings::Settings;
use tokio_postgres::error::{DbError, Severity};

use super::drops;
use super::order::{Drop, order};
use super::proof::{Expected, Written, load_written, rows_written};
use super::scope::Scope;
use super::undo::Undo;
use super::view::View;
use super::{RollbackError, RollbackEvent, RollbackOptions, ledger, rows};
use crate::bookkeeping;
use crate::catalog::load_snapshot_in;
use crate::connect::Session;
use crate::export::{Export, ExportedTable, Saved, Saving};
use crate::sql::name;

const SETTINGS: &str = include_str!("settings.sql");

/// What one transaction takes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Triggers and policies of tables that stay: under supautils, which locks many tables for them.
    Attachments,
    /// Everything else, and the bookkeeping.
    Rest,
}

/// What came of an attempt that reached its COMMIT.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) dropped: Vec<ObjectId>,
    pub(super) exported: Vec<ExportedTable>,
    pub(super) checks: Vec<Check>,
    pub(super) stays: Vec<String>,
}

/// Why an attempt did not.
#[derive(Debug)]
pub(super) enum Failure {
    /// Somebody would be hurt after all.
    Refused(Vec<String>),
    /// Something else would have changed.
    Unexpected(Vec<String>),
    /// The database changed between the look at it and the locks.
    Moved(String),
    /// It could not be done.
    Error(RollbackError),
}

impl<E: Into<RollbackError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// One rollback under way.
pub(super) struct Running<'a> {
    pub(super) session: &'a Session,
    pub(super) migrations: &'a [Migration],
    pub(super) settings: &'a Settings,
    pub(super) options: &'a RollbackOptions,
    /// What the tables to lock were found from.
    pub(super) preview: &'a Scope,
    pub(super) preview_snapshot: &'a CatalogSnapshot,
    pub(super) undo: &'a Undo,
}

pub(super) fn doing(doing: &'static str) -> impl Fn(tokio_postgres::Error) -> RollbackError {
    move |source| RollbackError::Postgres { doing, source }
}

/// Only an answer says that a COMMIT did not go through. Without one it may have, and then what was exported is
/// all that is left of the rows.
fn not_committed(source: tokio_postgres::Error) -> RollbackError {
    let said = source.as_db_error().and_then(DbError::parsed_severity);
    if said == Some(Severity::Error) {
        let doing = "committing";
        return RollbackError::Postgres { doing, source };
    }
    RollbackError::Commit(source)
}

impl Running<'_> {
    /// Runs one part. The caller ends the transaction after an error.
    pub(super) async fn attempt(
        &self,
        part: Part,
        export: &mut Option<Export>,
        watch: &mut (dyn FnMut(RollbackEvent) + Send),
    ) -> Result<Done, Failure> {
        let client = &self.session.client;
        self.begin(part).await?;
        let counting = doing("counting written rows");
        let written = load_written(client).await.map_err(counting)?;
        let view = View::load_in(client, &self.settings.project).await?;
        let mut whole = view.scope(self.settings, self.options);
        if whole.tables(&view.snapshot) != self.preview.tables(self.preview_snapshot) {
            let moved = "this project's tables changed while the rollback began";
            return Err(Failure::Moved(moved.to_owned()));
        }
        let reasons = view.refusals(&whole, self.undo);
        if !reasons.is_empty() {
            return Err(Failure::Refused(reasons));
        }
        let mut drops = order(&whole, self.undo, &view.snapshot);
        if part == Part::Attachments {
            drops.retain(|drop| drop.is_attachment(&whole));
            let named = |id: &_| drops.iter().any(|drop| drop.objects().contains(id));
            whole.going.retain(|id, _| named(id));
        }
        let mut done = Done::default();
        if part == Part::Rest {
            done.exported = self.save_rows(&view, &whole, export, watch).await?;
        }
        let objects = whole.going.len();
        watch(RollbackEvent::Dropping { objects });
        let own_line = self.write_down(part, &view, &whole, &mut done).await?;
        self.drop_all(part, &drops, &view.snapshot).await?;
        done.checks = self
            .prove(part, &whole, &view.snapshot, &written, own_line)
            .await?;
        done.dropped = whole.going.into_keys().collect();
        let committed = client.batch_execute("commit").await;
        committed.map_err(not_committed)?;
        Ok(done)
    }

    /// Locks come before the first look, so that nothing is written between what is seen and what is saved.
    async fn begin(&self, part: Part) -> Result<(), RollbackError> {
        let timeout = self.options.lock_timeout.as_millis();
        let mut sql = format!(
            "begin transaction isolation level repeatable read;\n{SETTINGS}\
             set local lock_timeout = '{timeout}ms';\n"
        );
        let tables = rows::locked(self.preview, self.undo, self.preview_snapshot);
        if part == Part::Rest && !tables.is_empty() {
            let names: Vec<String> = tables.iter().map(name).collect();
            sql.push_str(&format!(
                "lock table only {} in access exclusive mode;",
                names.join(", only ")
            ));
        }
        self.session
            .client
            .batch_execute(&sql)
            .await
            .map_err(doing("locking this project's tables"))
    }

    async fn save_rows(
        &self,
        view: &View,
        whole: &Scope,
        export: &mut Option<Export>,
        watch: &mut (dyn FnMut(RollbackEvent) + Send),
    ) -> Result<Vec<ExportedTable>, Failure> {
        let client = &self.session.client;
        let counting = doing("counting the rows that would be lost");
        if let Some(export) = export {
            let tables = rows::to_save(client, whole, self.undo, &view.snapshot)
                .await
                .map_err(counting)?;
            let saved = |(table, rows): (ObjectId, u64)| Saved {
                table,
                rows,
                filter: None,
            };
            let tables: Vec<Saved> = tables.into_iter().map(saved).collect();
            let mut told = |it: Saving| {
                watch(RollbackEvent::Exporting {
                    table: it.table,
                    rows: it.rows,
                    of: it.of,
                });
            };
            return Ok(export
                .save(client, &view.snapshot, &tables, &mut told)
                .await?);
        }
        let losing = rows::losing(client, whole, self.undo, &view.snapshot)
            .await
            .map_err(counting)?;
        if losing.is_empty() {
            return Ok(Vec::new());
        }
        Err(Failure::Refused(
            losing.iter().map(rows::Losing::sentence).collect(),
        ))
    }

    /// Updates the bookkeeping first: once the tables are dropped, everybody who signs in waits.
    /// Tells whether a line of Supabase's history was removed.
    async fn write_down(
        &self,
        part: Part,
        view: &View,
        whole: &Scope,
        done: &mut Done,
    ) -> Result<bool, RollbackError> {
        let client = &self.session.client;
        let project = &self.settings.project;
        if part == Part::Attachments {
            let released: Vec<_> = whole.going.clone().into_iter().collect();
            bookkeeping::release(client, &released).await?;
            return Ok(false);
        }
        let versions: Vec<&str> = whole.versions.iter().map(String::as_str).collect();
        bookkeeping::release_versions(client, project, &versions, whole.adopted).await?;
        for version in versions {
            bookkeeping::remove_migration(client, project, version).await?;
        }
        let removed = ledger::remove(client, &view.snapshot, self.migrations, &whole.versions)
            .await
            .map_err(doing(
                "removing this project's lines from Supabase's history",
            ))?;
        done.stays.extend(removed.kept);
        Ok(removed.any)
    }

    async fn drop_all(
        &self,
        part: Part,
        drops: &[Drop],
        snapshot: &CatalogSnapshot,
    ) -> Result<(), Failure> {
        let client = &self.session.client;
        let moved = drops::renamed(client, drops, snapshot)
            .await
            .map_err(doing("looking up what goes"))?;
        if let Some(first) = moved.first() {
            return Err(Failure::Moved(first.clone()));
        }
        // Functions first: their earlier definitions need nothing of what goes, their present ones may.
        let functions = self.undo.functions.values().cloned();
        let functions = functions.filter(|_| part == Part::Rest);
        let drops = drops.iter().map(|drop| drops::statement(drop, snapshot));
        let statements: Vec<String> = functions.chain(drops).collect();
        client
            .batch_execute(&statements.join(";\n"))
            .await
            .map_err(doing("dropping this project's objects"))?;
        Ok(())
    }

    async fn prove(
        &self,
        part: Part,
        whole: &Scope,
        before: &CatalogSnapshot,
        written: &Written,
        own_line: bool,
    ) -> Result<Vec<Check>, Failure> {
        let client = &self.session.client;
        let after = load_snapshot_in(client).await?;
        let nothing = Undo::default();
        let undo = match part {
            Part::Rest => self.undo,
            Part::Attachments => &nothing,
        };
        let expected = Expected { scope: whole, undo };
        let mut checks = expected.checks(&difference_within(before, &after), before);
        let rows = rows_written(client, written, own_line)
            .await
            .map_err(doing("counting written rows"))?;
        checks.push(rows);
        let failed: Vec<String> = checks.iter().filter_map(|it| it.detail.clone()).collect();
        if failed.is_empty() {
            Ok(checks)
        } else {
            Err(Failure::Unexpected(failed))
        }
    }
}
