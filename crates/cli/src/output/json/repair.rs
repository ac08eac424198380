//! What is wrong with a project's foreign keys, and the migrations that make it right.

use std::path::PathBuf;

use lodger_database::repair::{KeyReport, RepairOutcome, RepairReport};
use lodger_migration::owner::Owner;
use schemars::JsonSchema;
use serde::Serialize;

use super::rollback::ExportedJson;
use super::{ObjectJson, SCHEMA_VERSION};

/// The document that `lodger repair` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RepairJson<'a> {
    schema_version: u32,
    project: &'a str,
    /// `written`, `nothing_to_do`, or `orphans`: rows have owners who are not users, and nothing was written.
    outcome: &'static str,
    keys: Vec<KeyJson<'a>>,
    /// Wrong keys that cannot be repaired like this.
    left: Vec<LeftKeyJson<'a>>,
    migrations: Vec<WrittenJson<'a>>,
    exported: Vec<ExportedJson<'a>>,
}

/// A foreign key that points at the wrong table.
#[derive(Debug, Serialize, JsonSchema)]
struct KeyJson<'a> {
    constraint: ObjectJson<'a>,
    column: &'a str,
    target: ObjectJson<'a>,
    owner: &'static str,
    owner_project: Option<&'a str>,
    /// Rows with an owner.
    rows: i64,
    /// Those whose owner is not a user.
    orphans: i64,
    /// The twenty owners with most of them.
    orphan_owners: Vec<OrphanOwnerJson<'a>>,
}

/// An owner who is not a user.
#[derive(Debug, Serialize, JsonSchema)]
struct OrphanOwnerJson<'a> {
    id: &'a str,
    rows: i64,
}

/// A foreign key that is left as it is.
#[derive(Debug, Serialize, JsonSchema)]
struct LeftKeyJson<'a> {
    constraint: ObjectJson<'a>,
    reason: &'a str,
}

/// A migration.
#[derive(Debug, Serialize, JsonSchema)]
struct WrittenJson<'a> {
    name: &'a str,
    /// Its file; none in a dry run.
    file: Option<String>,
    sql: &'a str,
}

impl<'a> RepairJson<'a> {
    /// The document.
    pub(crate) fn new(project: &'a str, report: &'a RepairReport, files: &[PathBuf]) -> Self {
        let migrations = report.migrations.iter().enumerate();
        let left = report.left.iter().map(|it| LeftKeyJson {
            constraint: ObjectJson::from(&it.constraint),
            reason: &it.reason,
        });
        Self {
            schema_version: SCHEMA_VERSION,
            project,
            outcome: match report.outcome {
                RepairOutcome::Written => "written",
                RepairOutcome::NothingToDo => "nothing_to_do",
                RepairOutcome::Orphans => "orphans",
            },
            keys: report.keys.iter().map(KeyJson::from).collect(),
            left: left.collect(),
            migrations: migrations
                .map(|(at, (name, sql))| WrittenJson {
                    name,
                    file: files.get(at).map(|it| it.display().to_string()),
                    sql,
                })
                .collect(),
            exported: report.exported.iter().map(ExportedJson::from).collect(),
        }
    }
}

impl<'a> From<&'a KeyReport> for KeyJson<'a> {
    fn from(it: &'a KeyReport) -> Self {
        let owners = it.owners.iter();
        Self {
            constraint: ObjectJson::from(&it.constraint),
            column: &it.column,
            target: ObjectJson::from(&it.target),
            owner: it.owner.kind(),
            owner_project: match &it.owner {
                Owner::Other { project } => Some(project),
                _ => None,
            },
            rows: it.rows,
            orphans: it.orphans,
            orphan_owners: owners
                .map(|owner| OrphanOwnerJson {
                    id: &owner.id,
                    rows: owner.rows,
                })
                .collect(),
        }
    }
}
