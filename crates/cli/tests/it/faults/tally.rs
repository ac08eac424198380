//! What came of all runs, as a table.

use std::collections::BTreeMap;
use std::fmt;

use super::draw::Victim;
use super::operation::Stand;

/// What came of the runs of one operation with one victim.
#[derive(Debug, Default, Clone, Copy)]
struct Line {
    runs: u64,
    /// It was over before the moment came.
    too_late: u64,
    before: u64,
    between: u64,
    after: u64,
    finished: u64,
}

/// What came of all runs.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<(&'static str, Victim), Line>);

impl Tally {
    /// A run whose next run has finished.
    pub(super) fn add(&mut self, name: &'static str, victim: Victim, struck: bool, stand: Stand) {
        let line = self.0.entry((name, victim)).or_default();
        line.runs += 1;
        line.too_late += u64::from(!struck);
        match stand {
            Stand::Before => line.before += 1,
            Stand::Between => line.between += 1,
            Stand::After => line.after += 1,
        }
        line.finished += 1;
    }

    pub(super) fn runs(&self) -> u64 {
        self.0.values().map(|line| line.runs).sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| operation | victim | runs | over before it happened | ended before | at a step | ended after | \
             finished by the next run |"
        )?;
        writeln!(f, "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")?;
        for ((name, victim), line) in &self.0 {
            writeln!(
                f,
                "| {name} | {victim} | {} | {} | {} | {} | {} | {} |",
                line.runs, line.too_late, line.before, line.between, line.after, line.finished
            )?;
        }
        Ok(())
    }
}
