//! The differential test with as many cases as one likes.

use anyhow::Result;

use crate::needs;
use crate::shell;

/// How many cases the test plays.
pub(crate) const CASES: &str = "LODGER_DIFFERENTIAL_CASES";
const TEST: &str = "differential::what_is_predicted_is_what_happens";

/// Plays `cases` random cases from `seed` on, and tells how far it is. A case that differs is printed as
/// small as it can be made, as a file for `corpus/differential`.
pub(crate) fn run(cases: u64, seed: u64) -> Result<()> {
    needs::ensure_postgres()?;
    let mut play = shell::cargo_test("lodger-database", TEST);
    play.env(CASES, cases.to_string());
    play.env("LODGER_DIFFERENTIAL_SEED", seed.to_string());
    shell::run(&mut play)
}
