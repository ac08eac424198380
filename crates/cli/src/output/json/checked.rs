//! What was checked.

use lodger_migration::check::CheckReport;
use schemars::JsonSchema;
use serde::Serialize;

use super::SCHEMA_VERSION;
use super::apply::CheckJson;

/// The document that `lodger verify` and `lodger rehearse` print.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CheckedJson<'a> {
    schema_version: u32,
    outcome: &'static str,
    checks: Vec<CheckJson<'a>>,
    notes: &'a [String],
}

impl<'a> From<&'a CheckReport> for CheckedJson<'a> {
    fn from(report: &'a CheckReport) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            outcome: if report.passed() { "passed" } else { "failed" },
            checks: CheckJson::list(&report.checks),
            notes: &report.notes,
        }
    }
}
