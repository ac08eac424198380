//! The public corpus: migrations for a shared instance, with what has to be said of each and what Postgres
//! really did. `corpus/README.md` describes the format.

mod case;
mod export;
mod judge;
mod score;
mod truth;

use std::path::{Path, PathBuf};

use futures_util::{StreamExt, stream};

pub use case::{Case, ExpectedFinding, ExpectedOutcome, Group};
pub use export::{Foreign, export};
pub use judge::{Finding, Verdict};
pub use score::{Score, Share};

use super::cluster::Cluster;
use crate::shadow::KeptServers;
use judge::Judge;

/// Where the corpus lies in the repository.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus")
}

/// Every case whose name contains `filter`, in order.
#[must_use]
pub fn cases(filter: &str) -> Vec<Case> {
    let mut all = case::read(&folder());
    all.retain(|case| case.name.contains(filter));
    all
}

/// The examples on the pages of all rules, `rule/bad/0` for instance, as cases of which nothing is expected.
#[must_use]
pub fn examples() -> Vec<Case> {
    case::examples()
}

/// Plans and executes every case, `at_once` of them at a time; each of those has a database of its own, in
/// which case after case is executed in a transaction that is rolled back. `tell` is told of each.
pub async fn judge(cases: &[Case], at_once: usize, tell: impl Fn(&Verdict) + Copy) -> Vec<Verdict> {
    let servers = &KeptServers::default();
    // One of its own: what a role may do is the same in all databases of a cluster.
    let cluster: &'static Cluster = Box::leak(Box::new(Cluster::start()));
    let mut judges = Vec::new();
    for _ in 0..at_once.max(1) {
        // One after the other: what each grants belongs to the whole cluster.
        judges.push(Judge::new(cluster, servers).await);
    }
    let lanes = judges
        .into_iter()
        .enumerate()
        .map(|(lane, judge)| async move {
            let mut verdicts = Vec::new();
            for (at, case) in cases.iter().enumerate().skip(lane).step_by(at_once.max(1)) {
                let verdict = judge.judge(case).await;
                tell(&verdict);
                verdicts.push((at, verdict));
            }
            verdicts
        });
    let mut verdicts: Vec<(usize, Verdict)> = stream::iter(lanes)
        .buffer_unordered(at_once.max(1))
        .collect::<Vec<_>>()
        .await
        .into_iter()
        .flatten()
        .collect();
    verdicts.sort_by_key(|(at, _)| *at);
    verdicts.into_iter().map(|(_, verdict)| verdict).collect()
}
