//! What a rollback did.

use lodger_database::export::ExportedTable;
use lodger_database::rollback::{Forgotten, RollbackOutcome, RollbackReport};
use schemars::JsonSchema;
use serde::Serialize;

use super::{CheckJson, ObjectJson, SCHEMA_VERSION};

/// The document that `lodger rollback` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RollbackJson<'a> {
    schema_version: u32,
    project: &'a str,
    outcome: &'static str,
    /// Why it was refused or undone.
    reasons: &'a [String],
    /// The versions that are not applied any more.
    versions: &'a [String],
    dropped: Vec<ObjectJson<'a>>,
    /// What was changed back in objects that stay.
    undone: &'a [String],
    /// What cannot be taken back.
    stays: &'a [String],
    exported: Vec<ExportedJson<'a>>,
    checks: Vec<CheckJson<'a>>,
    bookkeeping: Option<BookkeepingJson<'a>>,
    attempts: u32,
}

/// A table whose rows were saved.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ExportedJson<'a> {
    table: ObjectJson<'a>,
    file: String,
    rows: u64,
    sha256: &'a str,
}

/// What became of Lodger's own schema.
#[derive(Debug, Serialize, JsonSchema)]
struct BookkeepingJson<'a> {
    removed: bool,
    used_by: &'a [String],
}

impl<'a> RollbackJson<'a> {
    /// The document.
    pub(crate) fn new(project: &'a str, report: &'a RollbackReport) -> Self {
        let (outcome, reasons) = outcome(&report.outcome);
        Self {
            schema_version: SCHEMA_VERSION,
            project,
            outcome,
            reasons,
            versions: &report.versions,
            dropped: report.dropped.iter().map(ObjectJson::from).collect(),
            undone: &report.undone,
            stays: &report.stays,
            exported: report.exported.iter().map(ExportedJson::from).collect(),
            checks: CheckJson::list(&report.checks),
            bookkeeping: report.bookkeeping.as_ref().map(|it| BookkeepingJson {
                removed: *it == Forgotten::Removed,
                used_by: match it {
                    Forgotten::UsedBy(projects) => projects,
                    Forgotten::Removed | Forgotten::NotThere => &[],
                },
            }),
            attempts: report.attempts,
        }
    }
}

fn outcome(outcome: &RollbackOutcome) -> (&'static str, &[String]) {
    match outcome {
        RollbackOutcome::TakenOut => ("taken_out", &[]),
        RollbackOutcome::NothingToDo => ("nothing_to_do", &[]),
        RollbackOutcome::Refused { reasons } => ("refused", reasons),
        RollbackOutcome::RolledBack { differences } => ("rolled_back", differences),
        RollbackOutcome::LockNotAvailable { reason } => {
            ("lock_not_available", std::slice::from_ref(reason))
        }
    }
}

impl<'a> From<&'a ExportedTable> for ExportedJson<'a> {
    fn from(it: &'a ExportedTable) -> Self {
        Self {
            table: ObjectJson::from(&it.table),
            file: it.file.display().to_string(),
            rows: it.rows,
            sha256: &it.sha256,
        }
    }
}
