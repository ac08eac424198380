//! Compares what was predicted with what really happened.

use std::collections::{BTreeMap, BTreeSet};

use lodger_migration::catalog::{Change, Changed, Difference};
use lodger_migration::migration::Migration;
use lodger_migration::object::ObjectId;
use lodger_migration::plan::PlannedMigration;
use lodger_migration::plan::expected::unexpected;
use lodger_migration::run::{MigrationRun, StatementRun};

use super::instance::{Makers, changes};
use super::outcomes;
use super::real::{Ran, RealStep};
use super::script::OURS;

/// What became of a case.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// What differs, as sentences.
    pub(crate) differing: Vec<String>,
    /// Statements that were compared.
    pub(crate) compared: usize,
    /// Those of them that Postgres refused, by SQLSTATE.
    pub(crate) refused: Vec<String>,
    /// Why the rest of the case was not compared.
    pub(crate) ended: Option<Ended>,
}

/// Why a case ends before its last statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ended {
    /// The plan says that it cannot tell.
    NotEvaluated,
    /// The embedded server does not survive an error in a block with an EXCEPTION clause.
    Stuck,
    /// Postgres refuses because of rows, which a mirror does not have.
    Rows,
}

/// Both ran on one version of Postgres: everything has to be the same, letter by letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exactness {
    Exact,
    AcrossVersions,
}

/// What is compared.
pub(crate) struct Compared<'a> {
    pub(crate) migration: &'a Migration,
    pub(crate) planned: &'a PlannedMigration,
    pub(crate) run: &'a MigrationRun,
    pub(crate) real: &'a [RealStep],
    pub(crate) exactness: Exactness,
}

/// Compares statement by statement, then step by step.
pub(crate) fn judge(it: &Compared<'_>, makers: &mut Makers) -> Verdict {
    let mut verdict = Verdict::default();
    let mut seen = BTreeSet::new();
    for (step, real) in it.run.steps.iter().zip(it.real) {
        for ran in &real.parts {
            let Some(run) = it.run.statements.get(ran.index) else {
                continue;
            };
            if let Some(ended) = ends(ran, run) {
                verdict.ended = Some(ended);
                return verdict;
            }
            // A statement's second part is the validation of what it added.
            if seen.insert(ran.index) {
                verdict.compared += 1;
                verdict
                    .refused
                    .extend(ran.failure.iter().map(|(code, _)| code.clone()));
                let mut found = statement(ran, run, it.exactness);
                if let Some(planned) = it.planned.statements.get(ran.index) {
                    makers.note(OURS, &ran.before, &ran.after);
                    found.extend(outcomes::check(
                        &planned.outcomes,
                        ran,
                        &run.notices,
                        makers,
                    ));
                }
                let named = found.iter().map(|it| format!("`{}`: {it}", ran.sql));
                verdict.differing.extend(named);
            }
        }
        if let (Some(first), Some(last)) = (real.parts.first(), real.parts.last()) {
            let difference = Difference {
                changes: changes(&first.before, &last.after),
            };
            let found = unexpected(it.migration, it.run, step, &difference, &last.after);
            verdict
                .differing
                .extend(found.iter().map(|it| format!("step: {it}")));
        }
        verdict
            .differing
            .extend(real.failure.iter().map(|it| format!("at COMMIT: {it}")));
    }
    verdict
}

fn ends(ran: &Ran, run: &StatementRun) -> Option<Ended> {
    if run.not_evaluated.is_some() {
        return Some(Ended::NotEvaluated);
    }
    if ran.caught.as_ref().is_some_and(|it| it.starts_with("23")) {
        return Some(Ended::Rows);
    }
    let (code, _) = ran.failure.as_ref()?;
    let stopped = match &run.failure {
        None => code.starts_with("23") || code.starts_with("22"),
        // an earlier statement of the same block already fails on its rows
        Some(foreseen) => code.starts_with("23") && foreseen.sqlstate != *code,
    };
    stopped.then_some(Ended::Rows)
}

fn statement(ran: &Ran, run: &StatementRun, exactness: Exactness) -> Vec<String> {
    let predicted = run.failure.as_ref().map(|it| it.sqlstate.as_str());
    let real = ran.failure.as_ref().map(|it| it.0.as_str());
    if predicted != real {
        let said = |it: Option<String>| it.unwrap_or_else(|| "success".to_owned());
        let of = |it: &lodger_migration::run::Failure| format!("{} {}", it.sqlstate, it.message);
        return vec![format!(
            "predicted: {}; real: {}",
            said(run.failure.as_ref().map(of)),
            said(ran.failure.as_ref().map(|it| format!("{} {}", it.0, it.1)))
        )];
    }
    let real = changes(&ran.before, &ran.after);
    compare(&run.difference.changes, &real, exactness)
}

/// In what two differences differ.
fn compare(
    predicted: &BTreeMap<ObjectId, Change>,
    real: &BTreeMap<ObjectId, Change>,
    exactness: Exactness,
) -> Vec<String> {
    let ids: BTreeSet<&ObjectId> = predicted.keys().chain(real.keys()).collect();
    let show =
        |change: Option<&Change>| change.map_or("nothing".to_owned(), |it| shown(it, exactness));
    ids.into_iter()
        .filter_map(|id| {
            let (predicted, real) = (show(predicted.get(id)), show(real.get(id)));
            (predicted != real).then(|| format!("{id}: predicted {predicted}, really {real}"))
        })
        .collect()
}

/// A change as a sentence, as far as versions of Postgres agree on it.
fn shown(change: &Change, exactness: Exactness) -> String {
    let details = |changed: &Changed| {
        let of_shape = changed
            .shape
            .iter()
            .filter(|_| exactness == Exactness::Exact);
        let grants = changed
            .grants
            .iter()
            .filter(|it| !it.starts_with("MAINTAIN "));
        let all: Vec<&str> = of_shape
            .chain(grants)
            .chain(&changed.other)
            .map(String::as_str)
            .collect();
        all.join("; ")
    };
    match change {
        Change::Created => "created".to_owned(),
        Change::Dropped => "dropped".to_owned(),
        Change::Recreated(changed) => format!("recreated ({})", details(changed)),
        Change::Altered(changed) => format!("altered ({})", details(changed)),
    }
}
