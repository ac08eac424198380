//! Claims what a project had brought in before it used Lodger: exactly the objects whose shape is what its
//! files declare.

mod baseline;
mod choose;
mod compare;
mod declared;

use std::collections::BTreeMap;
use std::time::Duration;

use lodger_migration::catalog::Oid;
use lodger_migration::history;
use lodger_migration::migration::Migration;
use lodger_migration::object::ObjectId;
use lodger_migration::plan::MigrationState;
use lodger_migration::run::MigrationRun;
use lodger_migration::settings::Settings;
use thiserror::Error;

pub use baseline::NotRecorded;
pub use choose::{Left, LeftReason};
pub use declared::Unknown;

use crate::apply::{LockError, lock};
use crate::bookkeeping::{self, BookkeepingError};
use crate::catalog::{CatalogError, load_snapshot_in};
use crate::connect::Session;
use crate::prepare::{PrepareError, Present};
use crate::shadow::{Shadow, ShadowError};
use baseline::Comparison;
use choose::{Choice, choose};
use declared::Declared;

/// Nothing could be adopted. Nothing has changed.
#[derive(Debug, Error)]
pub enum AdoptError {
    /// The database cannot be read.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The bookkeeping fails.
    #[error(transparent)]
    Bookkeeping(#[from] BookkeepingError),
    /// Somebody else works on this project.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The catalog could not be read.
    #[error("the database's catalog cannot be read")]
    Catalog(#[from] CatalogError),
    /// What the files declare could not be found out.
    #[error(transparent)]
    Shadow(#[from] ShadowError),
    /// The server takes no writes.
    #[error("the database is read-only: connect to the primary server, not to a replica")]
    ReadOnly,
    /// There is no such migration.
    #[error("there is no migration {version}; these are: {}", known.join(", "))]
    UnknownVersion {
        /// The version asked for.
        version: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// Postgres refused, or the connection failed.
    #[error("the claims could not be written")]
    Postgres(#[source] tokio_postgres::Error),
}

/// What to adopt.
#[derive(Debug, Clone)]
pub struct AdoptOptions {
    /// Claim what this file declares; it is not recorded as a migration. Without it, the project's own
    /// migrations count.
    pub from: Option<Migration>,
    /// Look only at the project's migrations up to this version.
    pub version: Option<String>,
    /// Record the migrations up to that version even where they are not there as the files declare them.
    pub accept_differences: bool,
    /// Write nothing.
    pub dry_run: bool,
    /// How long to wait for another run on the same project.
    pub wait: Duration,
}

impl Default for AdoptOptions {
    fn default() -> Self {
        Self {
            from: None,
            version: None,
            accept_differences: false,
            dry_run: false,
            wait: Duration::from_secs(10),
        }
    }
}

/// What was adopted and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdoptReport {
    /// What is claimed now, or would be.
    pub claimed: Vec<ObjectId>,
    /// What was this project's before.
    pub already: Vec<ObjectId>,
    /// What is declared and left alone.
    pub left: Vec<Left>,
    /// The migrations that are recorded as there already: version and name.
    pub recorded: Vec<(String, String)>,
    /// Those that are not, although something of them may be there.
    pub not_recorded: Vec<NotRecorded>,
    /// Those that are recorded although they are not there as the files declare them.
    pub accepted: Vec<NotRecorded>,
    /// Statements of which nobody knows what they declare.
    pub unknown: Vec<Unknown>,
    /// Nothing was written.
    pub dry_run: bool,
}

/// Claims what the project's files, or one old file, declare and what stands there just so.
///
/// # Errors
/// When the database or the shadow fails, or another run on the project does not end.
pub async fn adopt(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
    options: &AdoptOptions,
) -> Result<AdoptReport, AdoptError> {
    let project = &settings.project;
    let lock = lock::acquire(session, project, options.wait, &mut |_| {}).await?;
    let report = locked(session, migrations, settings, options).await;
    lock.release(session).await;
    report
}

async fn locked(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
    options: &AdoptOptions,
) -> Result<AdoptReport, AdoptError> {
    let files = files(migrations, options)?;
    let shadow = Shadow::start(&files).await?;
    let runs = shadow.declare(&files, settings).await?;
    drop(shadow);
    let adopting = Adopting {
        session,
        settings,
        options,
        files: &files,
        runs: &runs,
    };
    let present = Present::load(session, &settings.project).await?;
    let (choice, report) = adopting.compare(&present);
    if options.dry_run || (choice.claim.is_empty() && report.recorded.is_empty()) {
        return Ok(report);
    }
    if present.snapshot.server.read_only {
        return Err(AdoptError::ReadOnly);
    }
    bookkeeping::ensure(session).await?;
    let written = adopting.write().await;
    if written.is_err() {
        // If the connection is gone, so is the transaction.
        session.client.batch_execute("rollback").await.ok();
    }
    written
}

/// The files that count.
fn files(migrations: &[Migration], options: &AdoptOptions) -> Result<Vec<Migration>, AdoptError> {
    if let Some(file) = &options.from {
        return Ok(vec![file.clone()]);
    }
    let Some(version) = &options.version else {
        return Ok(migrations.to_vec());
    };
    if !migrations.iter().any(|it| it.version == *version) {
        return Err(AdoptError::UnknownVersion {
            version: version.clone(),
            known: migrations.iter().map(|it| it.version.clone()).collect(),
        });
    }
    let wanted = migrations.iter().filter(|it| it.version <= *version);
    Ok(wanted.cloned().collect())
}

/// One adoption under way.
struct Adopting<'a> {
    session: &'a Session,
    settings: &'a Settings,
    options: &'a AdoptOptions,
    files: &'a [Migration],
    runs: &'a [MigrationRun],
}

impl Adopting<'_> {
    fn compare(&self, present: &Present) -> (Choice, AdoptReport) {
        let same_version = self
            .runs
            .first()
            .is_some_and(|run| compare::same_version(&run.before, &present.snapshot));
        let comparison = Comparison {
            migrations: self.files,
            runs: self.runs,
            present: &present.snapshot,
            ownership: &present.ownership,
            same_version,
        };
        let mut report = AdoptReport {
            unknown: declared::unknown(self.files, self.runs),
            dry_run: self.options.dry_run,
            ..AdoptReport::default()
        };
        let length = if self.options.from.is_some() {
            self.runs.len()
        } else {
            let standing = comparison.length();
            let mut rest = comparison.not_recorded(standing);
            rest.retain(|it| !present.history.iter().any(|row| row.version == it.version));
            let length = if self.options.accept_differences {
                report.accepted = rest;
                self.runs.len()
            } else {
                report.not_recorded = rest;
                standing
            };
            report.recorded = self.recorded(length, present);
            length
        };
        let declared = Declared::of(self.runs.get(..length).unwrap_or_default());
        let choice = choose(
            &declared,
            &present.snapshot,
            &present.ownership,
            same_version,
        );
        report.claimed = choice.claim.iter().cloned().collect();
        report.already = choice.already.iter().cloned().collect();
        report.left = choice.left.values().cloned().collect();
        (choice, report)
    }

    /// The first `length` files that the history does not have.
    fn recorded(&self, length: usize, present: &Present) -> Vec<(String, String)> {
        let states = history::states(self.files, &present.history);
        let due = self.files.iter().zip(states).take(length);
        due.filter(|(_, state)| {
            matches!(state, MigrationState::Pending | MigrationState::OutOfOrder)
        })
        .map(|(file, _)| (file.version.clone(), file.name.clone()))
        .collect()
    }

    /// Looks again and writes, in one transaction.
    async fn write(&self) -> Result<AdoptReport, AdoptError> {
        let client = &self.session.client;
        let project = &self.settings.project;
        let begin = "begin transaction isolation level repeatable read";
        client
            .batch_execute(begin)
            .await
            .map_err(AdoptError::Postgres)?;
        let snapshot = load_snapshot_in(client).await?;
        let present = Present {
            ownership: bookkeeping::load_ownership(client, &snapshot, project).await?,
            history: bookkeeping::load_history(client, &snapshot, project).await?,
            taken_versions: BTreeMap::new(),
            outline: None,
            snapshot,
        };
        let (choice, report) = self.compare(&present);
        for (version, objects) in self.by_version(&choice, &present) {
            bookkeeping::claim(client, project, version.as_deref(), &objects).await?;
        }
        for (version, _) in &report.recorded {
            if let Some(file) = self.files.iter().find(|it| it.version == *version) {
                bookkeeping::record_baseline(client, project, file).await?;
            }
        }
        client
            .batch_execute("commit")
            .await
            .map_err(AdoptError::Postgres)?;
        Ok(report)
    }

    /// What is claimed, by the migration that declares it; an old file is none.
    fn by_version(
        &self,
        choice: &Choice,
        present: &Present,
    ) -> BTreeMap<Option<String>, Vec<(ObjectId, Oid)>> {
        let declared = Declared::of(self.runs);
        let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for id in &choice.claim {
            let version = declared.objects.get(id).map(|(_, version)| version.clone());
            let version = version.filter(|_| self.options.from.is_none());
            if let Some(entry) = present.snapshot.get(id) {
                groups
                    .entry(version)
                    .or_default()
                    .push((id.clone(), entry.oid));
            }
        }
        groups
    }
}
