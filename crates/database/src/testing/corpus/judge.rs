//! Plans one case, executes it, and compares what was said with what is expected and with what happened.

use std::collections::BTreeSet;

use lodger_migration::diagnostic::{Diagnostic, Severity};
use lodger_migration::lint::lint;
use lodger_migration::plan::Plan;
use tokio_postgres::Client;

use super::case::{Case, ExpectedFinding, Group};
use super::truth::{Truth, execute};
use crate::prepare::{Prepared, Present, prepare_fresh, prepare_with};
use crate::shadow::KeptServers;
use crate::testing::cluster::Cluster;
use crate::testing::database::{Template, TestDatabase};

/// Something that was said of a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, relative to the corpus; empty when it is about none.
    pub file: String,
    /// The line, from 1; 0 when it is about none.
    pub line: u32,
    /// The rule.
    pub rule: String,
    /// How much it weighs.
    pub severity: Severity,
    /// What was said.
    pub message: String,
}

/// What became of one case.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The case.
    pub name: String,
    /// What was asked of it.
    pub group: Group,
    /// What had to be found.
    pub expected: Vec<ExpectedFinding>,
    /// What was found.
    pub found: Vec<Finding>,
    /// What had to be found and was not.
    pub missed: Vec<ExpectedFinding>,
    /// What the rules say of the text alone, where that is an error.
    pub static_errors: Vec<Finding>,
    /// Outcomes that the case says Postgres had, and that the plan lacks or Postgres did not have.
    pub wrong_outcomes: Vec<String>,
    /// Where the plan and what Postgres really did differ.
    pub not_as_planned: Vec<String>,
    /// Why it was not executed, or not to its end.
    pub not_executed: Option<String>,
    /// What stands there and could not be made on the mirror, with what Postgres said.
    pub not_mirrored: Vec<String>,
    /// What the case did not say yet: the outcomes that it had, as lines to be written into it.
    pub outcome_lines: Vec<String>,
}

impl Verdict {
    /// The findings that weigh at least a warning.
    pub fn loud(&self) -> impl Iterator<Item = &Finding> {
        self.found
            .iter()
            .filter(|it| it.severity >= Severity::Warning)
    }
}

const AS_HOSTED: &str = "grant supabase_storage_admin, supabase_realtime_admin to postgres";

/// A database in which one case after the other is executed and undone.
pub(super) struct Judge<'a> {
    servers: &'a KeptServers,
    _database: TestDatabase,
    client: Client,
}

impl<'a> Judge<'a> {
    pub(super) async fn new(cluster: &'static Cluster, servers: &'a KeptServers) -> Self {
        let database = cluster.database(Template::Shared).await;
        // A hosted platform lets projects make policies there, without being the owner.
        let admin = database.connect_admin().await;
        run(&admin, AS_HOSTED, "the corpus").await;
        let client = database.connect().await;
        Self {
            servers,
            _database: database,
            client,
        }
    }

    pub(super) async fn judge(&self, case: &Case) -> Verdict {
        let client = &self.client;
        run(client, "begin", &case.name).await;
        run(client, &case.there, &case.name).await;
        let project = &case.settings.project;
        let present = Present::load_in(client, project)
            .await
            .unwrap_or_else(|error| panic!("{}: {error:?}", case.name));
        let (migrations, settings) = (&case.migrations, &case.settings);
        let prepared = if case.needs_own_servers() {
            prepare_fresh(present, migrations, settings).await
        } else {
            prepare_with(present, migrations, settings, self.servers).await
        };
        let prepared = prepared.unwrap_or_else(|error| panic!("{}: {error:?}", case.name));
        let truth = execute(client, case, &prepared).await;
        run(client, "rollback", &case.name).await;
        verdict(case, &prepared, truth)
    }
}

async fn run(client: &Client, sql: &str, case: &str) {
    let done = client.batch_execute(sql).await;
    done.unwrap_or_else(|error| panic!("{case}: {sql}: {error:?}"));
}

fn verdict(case: &Case, prepared: &Prepared, truth: Truth) -> Verdict {
    let plan = &prepared.plan;
    let static_findings = lint(&case.settings, &case.migrations, None);
    let mut found: Vec<Finding> = plan.diagnostics.iter().map(finding).collect();
    if case.group == Group::History && !case.expected.is_empty() {
        // What is wrong with it shows in part where some of its files were applied already.
        found.extend(static_findings.iter().map(finding));
    }
    let said = |it: &&ExpectedFinding| {
        let same = |found: &Finding| {
            found.file == it.file && found.line == it.line && found.rule == it.rule
        };
        !found.iter().any(same)
    };
    let missed = case.expected.iter().filter(said).cloned().collect();
    let errors = static_findings
        .iter()
        .filter(|it| it.severity == Severity::Error);
    let planned = planned_outcomes(plan);
    let mut wrong_outcomes = truth.wrong_outcomes;
    for outcome in &case.outcomes {
        let line = format!("{} {}", outcome.action, outcome.object);
        if !planned.contains(&line) {
            wrong_outcomes.push(format!("the plan does not say: {line}"));
        }
    }
    let outcome_lines = if case.outcomes.is_empty() {
        truth
            .outcomes
            .iter()
            .map(|it| format!("-- outcome: {it}"))
            .collect()
    } else {
        Vec::new()
    };
    Verdict {
        name: case.name.clone(),
        group: case.group,
        expected: case.expected.clone(),
        missed,
        static_errors: errors.map(finding).collect(),
        found,
        wrong_outcomes,
        not_as_planned: truth.not_as_planned,
        not_executed: truth.not_executed,
        not_mirrored: prepared
            .not_mirrored
            .iter()
            .map(|(id, said)| format!("{id}: {said}"))
            .collect(),
        outcome_lines,
    }
}

/// The outcomes of a plan, each once, in the corpus's words.
fn planned_outcomes(plan: &Plan) -> BTreeSet<String> {
    let statements = plan.due().flat_map(|it| &it.statements);
    statements
        .flat_map(|it| &it.outcomes)
        .filter_map(|it| Some(format!("{} {}", it.action.as_str(), it.object.as_ref()?)))
        .collect()
}

fn finding(it: &Diagnostic) -> Finding {
    let (file, line) = it
        .location
        .as_ref()
        .map_or((String::new(), 0), |at| (at.file.clone(), at.line));
    Finding {
        file,
        line,
        rule: it.rule.to_string(),
        severity: it.severity,
        message: it.message.clone(),
    }
}
