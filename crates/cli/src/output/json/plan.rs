//! A plan.

use lodger_migration::object::ObjectId;
use lodger_migration::outcome::Outcome;
use lodger_migration::owner::Owner;
use lodger_migration::plan::steps::{StepKind, StepReason};
use lodger_migration::plan::{Plan, PlannedMigration, PlannedStatement};
use lodger_migration::run::{Lock, StepRun};
use schemars::JsonSchema;
use serde::Serialize;

use super::{DiagnosticJson, ObjectJson, SCHEMA_VERSION};

/// The document that `lodger plan` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PlanJson<'a> {
    schema_version: u32,
    project: &'a str,
    database: DatabaseJson<'a>,
    verdict: &'static str,
    /// The versions whose files were changed after they were applied: each refuses the plan.
    edited: Vec<&'a str>,
    migrations: Vec<PlannedMigrationJson<'a>>,
    diagnostics: Vec<DiagnosticJson<'a>>,
}

/// The database that the plan is for.
#[derive(Debug, Serialize, JsonSchema)]
struct DatabaseJson<'a> {
    server_version: &'a str,
    /// The throw-away server that the migrations were tried on; `null` where none was due.
    tried_on: Option<TriedOnJson<'a>>,
    fingerprint: &'a str,
}

/// The server that the migrations were tried on.
#[derive(Debug, Serialize, JsonSchema)]
struct TriedOnJson<'a> {
    server_version: &'a str,
    /// The database has the same major version. Where it has not, what is predicted may differ in detail;
    /// `lodger apply` compares it with what really happens before it commits.
    same_major: bool,
}

/// One migration of it.
#[derive(Debug, Serialize, JsonSchema)]
struct PlannedMigrationJson<'a> {
    version: &'a str,
    name: &'a str,
    file: &'a str,
    state: &'static str,
    statements: Vec<StatementJson<'a>>,
    steps: Vec<StepJson>,
}

/// One statement of it.
#[derive(Debug, Serialize, JsonSchema)]
struct StatementJson<'a> {
    index: usize,
    line: u32,
    column: u32,
    kind: &'a str,
    outcomes: Vec<OutcomeJson<'a>>,
    locks: Vec<LockJson<'a>>,
}

/// What it does to one object.
#[derive(Debug, Serialize, JsonSchema)]
struct OutcomeJson<'a> {
    action: &'static str,
    object: Option<ObjectJson<'a>>,
    owner: OwnerJson<'a>,
    differences: &'a [String],
    cascades: Vec<CascadeJson<'a>>,
    related: Vec<ObjectJson<'a>>,
    detail: Option<&'a str>,
}

/// An object that goes along, and whose it is.
#[derive(Debug, Serialize, JsonSchema)]
struct CascadeJson<'a> {
    #[serde(flatten)]
    object: ObjectJson<'a>,
    owner: OwnerJson<'a>,
}

/// Whose an object is.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OwnerJson<'a> {
    kind: &'static str,
    project: Option<&'a str>,
}

/// A lock it holds until its transaction ends.
#[derive(Debug, Serialize, JsonSchema)]
struct LockJson<'a> {
    relation: &'a str,
    mode: &'a str,
}

/// What is committed together: the statements by their index.
#[derive(Debug, Serialize, JsonSchema)]
struct StepJson {
    transaction: bool,
    reason: Option<&'static str>,
    statements: Vec<usize>,
}

impl<'a> From<&'a Plan> for PlanJson<'a> {
    fn from(plan: &'a Plan) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            project: &plan.project,
            database: DatabaseJson {
                server_version: &plan.server_version,
                tried_on: plan.tried_on.as_ref().map(|it| TriedOnJson {
                    server_version: &it.server_version,
                    same_major: it.same_major,
                }),
                fingerprint: &plan.fingerprint,
            },
            verdict: plan.verdict(),
            edited: plan.edited().map(|it| it.version.as_str()).collect(),
            migrations: plan
                .migrations
                .iter()
                .map(PlannedMigrationJson::from)
                .collect(),
            diagnostics: DiagnosticJson::list(&plan.diagnostics),
        }
    }
}

impl<'a> From<&'a PlannedMigration> for PlannedMigrationJson<'a> {
    fn from(it: &'a PlannedMigration) -> Self {
        let steps = it.run.iter().flat_map(|run| &run.steps);
        Self {
            version: &it.version,
            name: &it.name,
            file: &it.file,
            state: it.state.as_str(),
            statements: it.statements.iter().map(StatementJson::from).collect(),
            steps: steps.map(StepJson::from).collect(),
        }
    }
}

impl<'a> From<&'a PlannedStatement> for StatementJson<'a> {
    fn from(it: &'a PlannedStatement) -> Self {
        Self {
            index: it.index,
            line: it.line,
            column: it.column,
            kind: &it.kind,
            outcomes: it.outcomes.iter().map(OutcomeJson::from).collect(),
            locks: it.locks.iter().map(LockJson::from).collect(),
        }
    }
}

impl<'a> From<&'a Outcome> for OutcomeJson<'a> {
    fn from(it: &'a Outcome) -> Self {
        Self {
            action: it.action.as_str(),
            object: it.object.as_ref().map(ObjectJson::from),
            owner: OwnerJson::from(&it.owner),
            differences: &it.differences,
            cascades: it.cascades.iter().map(CascadeJson::from).collect(),
            related: it.related.iter().map(ObjectJson::from).collect(),
            detail: it.detail.as_deref(),
        }
    }
}

impl<'a> From<&'a (ObjectId, Owner)> for CascadeJson<'a> {
    fn from((object, owner): &'a (ObjectId, Owner)) -> Self {
        Self {
            object: object.into(),
            owner: owner.into(),
        }
    }
}

impl<'a> From<&'a Owner> for OwnerJson<'a> {
    fn from(owner: &'a Owner) -> Self {
        let project = match owner {
            Owner::Other { project } => Some(project.as_str()),
            _ => None,
        };
        Self {
            kind: owner.kind(),
            project,
        }
    }
}

impl<'a> From<&'a Lock> for LockJson<'a> {
    fn from(lock: &'a Lock) -> Self {
        Self {
            relation: &lock.relation,
            mode: &lock.mode,
        }
    }
}

impl From<&StepRun> for StepJson {
    fn from(run: &StepRun) -> Self {
        Self {
            transaction: run.step.kind == StepKind::Transaction,
            reason: run.step.reason.map(StepReason::as_str),
            statements: run.step.statements.iter().map(|it| it.index).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{json, sample};

    #[test]
    fn the_contract() {
        let plan = sample::refused_plan();
        insta::assert_snapshot!(json::document(&PlanJson::from(&plan)).unwrap());
    }
}
