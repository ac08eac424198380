//! What was adopted.

use lodger_database::adopt::{AdoptReport, Left, LeftReason, NotRecorded, Unknown};
use lodger_migration::object::ObjectId;
use lodger_migration::owner::Owner;
use schemars::JsonSchema;
use serde::Serialize;

use super::{ObjectJson, SCHEMA_VERSION};

/// The document that `lodger adopt` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AdoptJson<'a> {
    schema_version: u32,
    project: &'a str,
    outcome: &'static str,
    claimed: Vec<ObjectJson<'a>>,
    already: Vec<ObjectJson<'a>>,
    left: Vec<LeftJson<'a>>,
    recorded: Vec<RecordedJson<'a>>,
    not_recorded: Vec<NotRecordedJson<'a>>,
    /// Those that are recorded although they are not there as the files declare them.
    accepted: Vec<NotRecordedJson<'a>>,
    not_evaluated: Vec<UnknownJson<'a>>,
}

/// An object that is declared and not claimed.
#[derive(Debug, Serialize, JsonSchema)]
struct LeftJson<'a> {
    object: ObjectJson<'a>,
    owner: &'static str,
    owner_project: Option<&'a str>,
    reason: &'static str,
    differences: &'a [String],
    /// What uses it, or what it is a part of.
    related: Vec<ObjectJson<'a>>,
}

/// A migration that is recorded as there already.
#[derive(Debug, Serialize, JsonSchema)]
struct RecordedJson<'a> {
    version: &'a str,
    name: &'a str,
}

/// A migration that is not.
#[derive(Debug, Serialize, JsonSchema)]
struct NotRecordedJson<'a> {
    version: &'a str,
    name: &'a str,
    reason: &'a str,
    missing: &'a [String],
}

/// A statement of which nobody knows what it declares.
#[derive(Debug, Serialize, JsonSchema)]
struct UnknownJson<'a> {
    version: &'a str,
    line: u32,
    reason: &'a str,
}

impl<'a> AdoptJson<'a> {
    /// The document.
    pub(crate) fn new(project: &'a str, report: &'a AdoptReport) -> Self {
        let objects = |ids: &'a [ObjectId]| ids.iter().map(ObjectJson::from).collect();
        let outcome = match (report.claimed.is_empty(), report.recorded.is_empty()) {
            (true, true) => "nothing_to_do",
            _ if report.dry_run => "would_adopt",
            _ => "adopted",
        };
        let recorded = report.recorded.iter();
        Self {
            schema_version: SCHEMA_VERSION,
            project,
            outcome,
            claimed: objects(&report.claimed),
            already: objects(&report.already),
            left: report.left.iter().map(LeftJson::from).collect(),
            recorded: recorded
                .map(|(version, name)| RecordedJson { version, name })
                .collect(),
            not_recorded: report.not_recorded.iter().map(not_recorded).collect(),
            accepted: report.accepted.iter().map(not_recorded).collect(),
            not_evaluated: report.unknown.iter().map(unknown).collect(),
        }
    }
}

impl<'a> From<&'a Left> for LeftJson<'a> {
    fn from(it: &'a Left) -> Self {
        let related = match &it.reason {
            LeftReason::PartOf(whole) => std::slice::from_ref(whole),
            LeftReason::UsedBy(users) => users,
            _ => &[],
        };
        Self {
            object: ObjectJson::from(&it.object),
            owner: it.owner.kind(),
            owner_project: match &it.owner {
                Owner::Other { project } => Some(project),
                _ => None,
            },
            reason: it.reason.as_str(),
            differences: &it.differences,
            related: related.iter().map(ObjectJson::from).collect(),
        }
    }
}

fn not_recorded(it: &NotRecorded) -> NotRecordedJson<'_> {
    NotRecordedJson {
        version: &it.version,
        name: &it.name,
        reason: &it.reason,
        missing: &it.missing,
    }
}

fn unknown(it: &Unknown) -> UnknownJson<'_> {
    UnknownJson {
        version: &it.version,
        line: it.line,
        reason: &it.reason,
    }
}
