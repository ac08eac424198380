//! What an apply did.

use lodger_database::apply::{AppliedReport, ApplyOutcome, ApplyReport, LedgerNote, StepReport};
use lodger_migration::check::Check;
use lodger_migration::plan::steps::StepReason;
use schemars::JsonSchema;
use serde::Serialize;

use super::{DiagnosticJson, SCHEMA_VERSION};

/// The document that `lodger apply` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ApplyJson<'a> {
    schema_version: u32,
    project: &'a str,
    outcome: &'static str,
    /// The migration that did not go through.
    migration: Option<&'a str>,
    differences: Vec<&'a str>,
    /// The versions whose files are not those that were applied.
    edited: Vec<&'a str>,
    migrations: Vec<AppliedJson<'a>>,
    diagnostics: Vec<DiagnosticJson<'a>>,
}

/// One migration of which at least one step is committed.
#[derive(Debug, Serialize, JsonSchema)]
struct AppliedJson<'a> {
    version: &'a str,
    name: &'a str,
    steps: Vec<StepJson<'a>>,
    supabase_history: &'static str,
}

/// One committed step.
#[derive(Debug, Serialize, JsonSchema)]
struct StepJson<'a> {
    reason: Option<&'static str>,
    statements: usize,
    attempts: u32,
    duration_ms: f64,
    checks: Vec<CheckJson<'a>>,
}

/// Something that was checked.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CheckJson<'a> {
    name: &'a str,
    passed: bool,
    detail: Option<&'a str>,
}

impl<'a> CheckJson<'a> {
    /// All checks, in order.
    pub(crate) fn list(checks: &'a [Check]) -> Vec<Self> {
        let entry = |it: &'a Check| Self {
            name: &it.name,
            passed: it.passed,
            detail: it.detail.as_deref(),
        };
        checks.iter().map(entry).collect()
    }
}

impl<'a> From<&'a ApplyReport> for ApplyJson<'a> {
    fn from(report: &'a ApplyReport) -> Self {
        let (outcome, migration, differences) = outcome(&report.outcome);
        let plan = &report.prepared.plan;
        Self {
            schema_version: SCHEMA_VERSION,
            project: &plan.project,
            outcome,
            migration,
            differences,
            edited: plan.edited().map(|it| it.version.as_str()).collect(),
            migrations: report.applied.iter().map(AppliedJson::from).collect(),
            diagnostics: DiagnosticJson::list(&plan.diagnostics),
        }
    }
}

fn outcome(outcome: &ApplyOutcome) -> (&'static str, Option<&str>, Vec<&str>) {
    match outcome {
        ApplyOutcome::Applied => ("applied", None, Vec::new()),
        ApplyOutcome::Refused => ("refused", None, Vec::new()),
        ApplyOutcome::Stale { differences } => ("stale", None, texts(differences)),
        ApplyOutcome::RolledBack {
            version,
            differences,
        } => ("rolled_back", Some(version), texts(differences)),
        ApplyOutcome::LockNotAvailable { version, reason } => {
            ("lock_not_available", Some(version), vec![reason])
        }
    }
}

fn texts(differences: &[String]) -> Vec<&str> {
    differences.iter().map(String::as_str).collect()
}

impl<'a> From<&'a AppliedReport> for AppliedJson<'a> {
    fn from(it: &'a AppliedReport) -> Self {
        Self {
            version: &it.version,
            name: &it.name,
            steps: it.steps.iter().map(StepJson::from).collect(),
            supabase_history: match it.ledger {
                LedgerNote::NoLedger => "absent",
                LedgerNote::Written => "written",
                LedgerNote::TakenBySomebodyElse => "taken_by_somebody_else",
            },
        }
    }
}

impl<'a> From<&'a StepReport> for StepJson<'a> {
    fn from(it: &'a StepReport) -> Self {
        Self {
            reason: it.reason.map(StepReason::as_str),
            statements: it.statements,
            attempts: it.attempts,
            duration_ms: it.duration.as_secs_f64() * 1000.0,
            checks: CheckJson::list(&it.checks),
        }
    }
}
