//! The test of interrupted commands with as many runs as one likes.

use anyhow::Result;

use crate::needs;
use crate::shell;

const TEST: &str = "faults::it_is_as_before_or_done_and_the_next_run_finishes";

/// Plays at least `runs` runs, tells each as it begins, and ends with a table.
pub(crate) fn run(runs: u64, seed: u64, operation: Option<&str>) -> Result<()> {
    needs::ensure_postgres()?;
    let mut play = shell::cargo_test("lodger", TEST);
    play.env("LODGER_FAULTS_RUNS", runs.to_string());
    play.env("LODGER_FAULTS_SEED", seed.to_string());
    if let Some(operation) = operation {
        play.env("LODGER_FAULTS_OPERATION", operation);
    }
    shell::run(&mut play)
}
