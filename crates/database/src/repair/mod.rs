//! Writes migrations that make foreign keys point at the identity table where a wrong migration has already
//! run. Nothing in the database is changed here.

mod doomed;
mod keys;
mod orphans;
mod report;

use std::collections::BTreeSet;

use lodger_migration::migration::Migration;
use lodger_migration::repair::{self, NewOwner, WrongKey};
use lodger_migration::settings::Settings;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use crate::catalog::begin_look;
use crate::connect::Session;
use crate::export::{Export, Saved, Saving};
use crate::prepare::{PrepareError, Present};
use keys::Found;

pub use keys::Left;
pub use report::{KeyReport, OrphanOwner, RepairError, RepairOutcome, RepairReport};

/// What becomes of rows whose owner is not a user.
#[derive(Debug, Clone, Default)]
pub enum OrphanChoice {
    /// Nothing is written while there are any.
    #[default]
    Refuse,
    /// They stay, and the keys stay NOT VALID.
    Keep,
    /// They go, with what refers to them, and are saved in this folder first.
    Delete(std::path::PathBuf),
    /// They get other owners: old and new ids.
    Map(Vec<(Uuid, Uuid)>),
}

/// Looks for the project's foreign keys that point at another table of users, and writes migrations that
/// make them right. `migrations` are those that the project has.
///
/// # Errors
/// When the database or the export fails, the map does not fit, or an earlier repair is not applied.
pub async fn repair(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
    choice: &OrphanChoice,
    watch: &mut (dyn FnMut(Saving) + Send),
) -> Result<RepairReport, RepairError> {
    let client = &session.client;
    // One moment: what is saved is what was counted.
    begin_look(client).await.map_err(PrepareError::Read)?;
    let looking = Looking {
        client,
        migrations,
        settings,
        choice,
    };
    let report = looking.report(watch).await;
    // Nothing was written; the connection says itself if it is gone.
    client.batch_execute("rollback").await.ok();
    report
}

/// Asks about rows.
async fn ask(
    client: &Client,
    sql: &str,
    parameters: &[(&(dyn ToSql + Sync), Type)],
) -> Result<Vec<Row>, RepairError> {
    let rows = client.query_typed(sql, parameters).await;
    rows.map_err(RepairError::Counting)
}

struct Looking<'a> {
    client: &'a Client,
    migrations: &'a [Migration],
    settings: &'a Settings,
    choice: &'a OrphanChoice,
}

impl Looking<'_> {
    async fn report(
        &self,
        watch: &mut (dyn FnMut(Saving) + Send),
    ) -> Result<RepairReport, RepairError> {
        let present = Present::load_in(self.client, &self.settings.project).await?;
        let claims = present.ownership.claims.values();
        if !claims.clone().any(|it| *it == self.settings.project) {
            return Err(RepairError::NothingClaimed {
                project: self.settings.project.clone(),
            });
        }
        let (identity, found, left) =
            keys::load(self.client, &present, self.settings, self.choice).await?;
        let mut report = RepairReport {
            outcome: RepairOutcome::NothingToDo,
            identity: identity.clone(),
            keys: Vec::new(),
            left,
            migrations: Vec::new(),
            exported: Vec::new(),
        };
        // Rows are counted without haste, once the catalog is read.
        let patient = "set local lock_timeout = '5s'";
        let patiently = self.client.batch_execute(patient).await;
        patiently.map_err(RepairError::Counting)?;
        for key in &found {
            report
                .keys
                .push(orphans::count(self.client, &identity, key).await?);
        }
        if found.is_empty() {
            return Ok(report);
        }
        self.write(&present, &found, &mut report, watch).await?;
        Ok(report)
    }

    async fn write(
        &self,
        present: &Present,
        found: &[Found],
        report: &mut RepairReport,
        watch: &mut (dyn FnMut(Saving) + Send),
    ) -> Result<(), RepairError> {
        let any = report.keys.iter().any(|it| it.orphans > 0);
        let mut rows = Vec::new();
        let orphans = match self.choice {
            _ if !any => repair::Orphans::None,
            OrphanChoice::Refuse => {
                report.outcome = RepairOutcome::Orphans;
                return Ok(());
            }
            OrphanChoice::Keep => repair::Orphans::Keep,
            OrphanChoice::Map(pairs) => repair::Orphans::Map(self.map(pairs, found, report).await?),
            OrphanChoice::Delete(_) => {
                let going =
                    doomed::load(self.client, present, self.settings, &report.identity, found);
                let (saved, doomed) = going.await?.into_iter().unzip();
                rows = saved;
                repair::Orphans::Delete(doomed)
            }
        };
        let wrong: Vec<WrongKey> = found.iter().map(|it| it.wrong.clone()).collect();
        let migrations = repair::render(&report.identity, &wrong, &orphans);
        // Before anything is saved: an export that no migration goes with is of no use.
        self.ensure_applied(present, &migrations)?;
        self.save(present, &rows, report, watch).await?;
        report.migrations = migrations;
        report.outcome = RepairOutcome::Written;
        Ok(())
    }

    /// What an earlier repair wrote is applied, or is what is to be written.
    fn ensure_applied(
        &self,
        present: &Present,
        wanted: &[(String, String)],
    ) -> Result<(), RepairError> {
        let open = repair::in_the_way(self.migrations, &present.history, wanted);
        if open.is_empty() {
            return Ok(());
        }
        let files = open.iter().map(|it| it.file.clone());
        Err(RepairError::NotApplied(files.collect()))
    }

    /// Every owner who is not a user has another one, and every new one is a user.
    async fn map(
        &self,
        pairs: &[(Uuid, Uuid)],
        found: &[Found],
        report: &RepairReport,
    ) -> Result<Vec<NewOwner>, RepairError> {
        let known: BTreeSet<Uuid> = pairs.iter().map(|(old, _)| *old).collect();
        if known.len() < pairs.len() {
            return Err(RepairError::MappedTwice);
        }
        let owners = orphans::owners(self.client, &report.identity, found).await?;
        let missing: Vec<String> = owners
            .iter()
            .filter(|it| !known.contains(it))
            .map(ToString::to_string)
            .collect();
        if !missing.is_empty() {
            return Err(RepairError::NotMapped(missing));
        }
        let new: BTreeSet<Uuid> = pairs.iter().map(|(_, new)| *new).collect();
        let absent = orphans::not_users(self.client, &report.identity, &new).await?;
        if !absent.is_empty() {
            return Err(RepairError::NotUsers(absent));
        }
        let used = pairs.iter().filter(|(old, _)| owners.contains(old));
        Ok(used
            .map(|(old, new)| NewOwner {
                old: old.to_string(),
                new: new.to_string(),
            })
            .collect())
    }

    async fn save(
        &self,
        present: &Present,
        rows: &[Saved],
        report: &mut RepairReport,
        watch: &mut (dyn FnMut(Saving) + Send),
    ) -> Result<(), RepairError> {
        let OrphanChoice::Delete(folder) = self.choice else {
            return Ok(());
        };
        if !rows.is_empty() {
            let mut export = Export::open(folder, &self.settings.project)?;
            let saved = export.save(self.client, &present.snapshot, rows, watch);
            report.exported = saved.await?;
        }
        Ok(())
    }
}
