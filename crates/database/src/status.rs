//! Where a project stands on a database: its migrations, its objects, and what is wrong with them.

use std::collections::BTreeMap;

use lodger_migration::catalog::{CatalogSnapshot, Object};
use lodger_migration::history::{self, AppliedMigration};
use lodger_migration::migration::Migration;
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::plan::MigrationState;
use lodger_migration::settings::Settings;

use crate::bookkeeping::{self, Claim};
use crate::catalog::{PAUSE, Patience, begin_look, load_snapshot_in};
use crate::connect::Session;
use crate::prepare::PrepareError;

/// Where a project stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReport {
    /// The project.
    pub project: String,
    /// Lodger's own schema is there.
    pub bookkeeping: bool,
    /// The files, and between them the versions whose files are gone, in order of their versions.
    pub migrations: Vec<MigrationStatus>,
    /// How many objects each project claims that are there, by project. This one is always in it.
    pub objects: BTreeMap<String, usize>,
    /// What this project claims and what is gone, as it was called when it was claimed.
    pub gone: Vec<String>,
    /// Indexes of this project, or on its tables, that an interrupted CONCURRENTLY left INVALID.
    pub invalid_indexes: Vec<ObjectId>,
}

/// Where one migration stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: String,
    /// Its file, where there is one.
    pub file: Option<String>,
    /// Where it stands.
    pub state: MigrationState,
    /// When it was finished, or started, as RFC 3339.
    pub at: Option<String>,
    /// Steps that are done, and steps in all; `None` when it was not begun.
    pub steps: Option<(usize, usize)>,
}

impl MigrationStatus {
    /// Something is to be done about it other than applying it.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        matches!(
            self.state,
            MigrationState::Edited | MigrationState::Missing | MigrationState::Interrupted { .. }
        )
    }
}

impl StatusReport {
    /// Nothing is edited, missing, interrupted, gone or invalid. What is still to be applied does not count.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.gone.is_empty()
            && self.invalid_indexes.is_empty()
            && !self.migrations.iter().any(MigrationStatus::is_wrong)
    }
}

/// Reads where the project stands. Writes nothing and locks nothing.
///
/// # Errors
/// When the catalog or the bookkeeping cannot be read.
pub async fn status(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
) -> Result<StatusReport, PrepareError> {
    let mut patience = Patience::new();
    loop {
        match read(session, migrations, settings).await {
            Err(PrepareError::Catalog(error)) if patience.allows(&error) => {
                tokio::time::sleep(PAUSE).await;
            }
            done => return done,
        }
    }
}

async fn read(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
) -> Result<StatusReport, PrepareError> {
    let client = &session.client;
    begin_look(client).await.map_err(PrepareError::Read)?;
    let read = async {
        let snapshot = load_snapshot_in(client).await?;
        let claims = bookkeeping::load_claims(client, &snapshot).await?;
        let project = &settings.project;
        let applied = bookkeeping::load_history(client, &snapshot, project).await?;
        Ok(report(project, migrations, &snapshot, &claims, &applied))
    };
    let report = read.await;
    // After an error there is nothing to keep; the connection says itself if it is gone.
    client.batch_execute("rollback").await.ok();
    report
}

fn report(
    project: &str,
    migrations: &[Migration],
    snapshot: &CatalogSnapshot,
    claims: &[Claim],
    applied: &[AppliedMigration],
) -> StatusReport {
    let mut objects = BTreeMap::from([(project.to_owned(), 0)]);
    for claim in claims.iter().filter(|it| it.object.is_some()) {
        *objects.entry(claim.project.clone()).or_default() += 1;
    }
    let own = || claims.iter().filter(|it| it.project == project);
    let gone = own().filter(|it| it.object.is_none());
    let is_own = |id: &ObjectId| own().any(|it| it.object.as_ref() == Some(id));
    let invalid = |(id, object): &(&ObjectId, &Object)| match object {
        Object::Index(index) if !index.valid => {
            let schema = id.schema.as_deref().unwrap_or_default();
            is_own(id)
                || is_own(&ObjectId::in_schema(
                    ObjectKind::Table,
                    schema,
                    &index.table,
                ))
        }
        _ => false,
    };
    let all = snapshot
        .entries
        .iter()
        .map(|(id, entry)| (id, &entry.object));
    StatusReport {
        project: project.to_owned(),
        bookkeeping: bookkeeping::is_there(snapshot),
        migrations: lines(migrations, applied),
        objects,
        gone: gone.map(|it| it.identity.clone()).collect(),
        invalid_indexes: all.filter(invalid).map(|(id, _)| id.clone()).collect(),
    }
}

/// The files in order, and between them the versions whose files are gone.
fn lines(migrations: &[Migration], applied: &[AppliedMigration]) -> Vec<MigrationStatus> {
    let steps = |row: &AppliedMigration| (row.steps_done, row.steps.len());
    let states = history::states(migrations, applied);
    let of_file = |(migration, state): (&Migration, MigrationState)| {
        let row = applied.iter().find(|it| it.version == migration.version);
        MigrationStatus {
            version: migration.version.clone(),
            name: migration.name.clone(),
            file: Some(migration.file.clone()),
            state,
            at: row.map(|it| it.at.clone()),
            steps: row.map(steps),
        }
    };
    let of_row = |row: &AppliedMigration| MigrationStatus {
        version: row.version.clone(),
        name: row.name.clone(),
        file: None,
        state: MigrationState::Missing,
        at: Some(row.at.clone()),
        steps: Some(steps(row)),
    };
    let mut lines: Vec<_> = migrations.iter().zip(states).map(of_file).collect();
    lines.extend(history::missing(migrations, applied).map(of_row));
    lines.sort_by(|a, b| a.version.cmp(&b.version));
    lines
}

#[cfg(test)]
mod tests {
    use lodger_migration::parse::parse_migration;

    use super::*;

    fn row(version: &str, checksum: &str, finished: bool) -> AppliedMigration {
        AppliedMigration {
            version: version.into(),
            name: "n".into(),
            checksum: checksum.into(),
            baseline: false,
            finished,
            steps: Vec::new(),
            steps_done: 1,
            at: "2026-01-31T12:00:00Z".into(),
        }
    }

    #[test]
    fn every_state_has_its_line_in_order_of_versions() {
        let file = |version| parse_migration(version, "n", "f.sql", b"select 1");
        let migrations = [file("1"), file("2"), file("4"), file("5")];
        let same = migrations[0].checksum.clone();
        let history = [
            row("1", &same, true),
            row("2", "other", true),
            row("3", "gone", true),
            row("4", &same, false),
        ];
        let lines = lines(&migrations, &history);
        let states: Vec<_> = lines
            .iter()
            .map(|it| (it.version.as_str(), it.state.as_str(), it.is_wrong()))
            .collect();
        assert_eq!(
            states,
            [
                ("1", "applied", false),
                ("2", "edited", true),
                ("3", "missing", true),
                ("4", "interrupted", true),
                ("5", "pending", false)
            ]
        );
    }
}
