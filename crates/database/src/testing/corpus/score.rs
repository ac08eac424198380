//! The figures of a run over the corpus, and the list of what was missed.

use std::fmt;

use lodger_migration::diagnostic::Severity;

use super::case::Group;
use super::judge::{Finding, Verdict};

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Those that fit.
    pub part: usize,
    /// All of them.
    pub of: usize,
}

impl Share {
    /// In percent; 0 of 0 is nothing.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "a corpus has a few hundred cases"
    )]
    pub fn percent(self) -> f64 {
        if self.of == 0 {
            return 0.0;
        }
        self.part as f64 * 100.0 / self.of as f64
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} = {:.1} %", self.part, self.of, self.percent())
    }
}

/// The figures, with the cases that are not as they should be.
#[derive(Debug, Clone)]
pub struct Score {
    /// Cases in all.
    pub cases: usize,
    /// Expected findings that were made: by the right rule, at the right line.
    pub strict: Share,
    /// Cases with hazards of which anything was said, a warning at least.
    pub loose: Share,
    /// Good cases of which something was said, a warning at least.
    pub false_positives: Share,
    /// Cases whose outcomes are those that Postgres really had.
    pub outcomes: Share,
    /// Cases that were executed to their end.
    pub executed: Share,
    /// What is not as it should be, a line each.
    pub misses: Vec<String>,
}

impl Score {
    /// Counts.
    #[must_use]
    pub fn of(verdicts: &[Verdict]) -> Self {
        let good = || verdicts.iter().filter(|it| is_good(it));
        let hazards = || verdicts.iter().filter(|it| !it.expected.is_empty());
        let expected: usize = verdicts.iter().map(|it| it.expected.len()).sum();
        let missed: usize = verdicts.iter().map(|it| it.missed.len()).sum();
        let as_it_was =
            |it: &&Verdict| it.wrong_outcomes.is_empty() && it.not_as_planned.is_empty();
        Self {
            cases: verdicts.len(),
            strict: Share {
                part: expected - missed,
                of: expected,
            },
            loose: Share {
                part: hazards().filter(|it| it.loud().next().is_some()).count(),
                of: hazards().count(),
            },
            false_positives: Share {
                part: good().filter(|it| cries(it).next().is_some()).count(),
                of: good().count(),
            },
            outcomes: Share {
                part: verdicts.iter().filter(as_it_was).count(),
                of: verdicts.len(),
            },
            executed: Share {
                part: verdicts
                    .iter()
                    .filter(|it| it.not_executed.is_none())
                    .count(),
                of: verdicts.len(),
            },
            misses: verdicts.iter().flat_map(misses).collect(),
        }
    }
}

/// Nothing is wrong with it: a silent case, or a history that expects nothing.
fn is_good(verdict: &Verdict) -> bool {
    match verdict.group {
        Group::Silent => true,
        Group::History => verdict.expected.is_empty(),
        Group::Hazard => false,
    }
}

/// What was said of a case with which nothing is wrong. Several files as people write them have one thing or
/// another that is worth a warning; only errors count there.
fn cries(verdict: &Verdict) -> impl Iterator<Item = &Finding> {
    let history = verdict.group == Group::History;
    let weighs = move |it: &&Finding| !history || it.severity == Severity::Error;
    verdict.loud().filter(weighs)
}

fn misses(verdict: &Verdict) -> Vec<String> {
    let name = &verdict.name;
    let mut lines = Vec::new();
    for it in &verdict.missed {
        lines.push(format!("{name}: no {} at {}:{}", it.rule, it.file, it.line));
    }
    if is_good(verdict) {
        for it in cries(verdict) {
            lines.push(format!(
                "{name}:{}: {} {}: {}",
                it.line,
                it.severity.as_str(),
                it.rule,
                it.message
            ));
        }
        for it in &verdict.static_errors {
            lines.push(format!(
                "{name}:{}: static {}: {}",
                it.line, it.rule, it.message
            ));
        }
    } else if verdict.expected.is_empty() && verdict.group == Group::Hazard {
        lines.push(format!("{name}: it expects nothing"));
    }
    lines.extend(
        verdict
            .wrong_outcomes
            .iter()
            .map(|it| format!("{name}: {it}")),
    );
    lines.extend(
        verdict
            .not_as_planned
            .iter()
            .map(|it| format!("{name}: not as planned: {it}")),
    );
    lines
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "cases            {}", self.cases)?;
        writeln!(f, "strict           {}", self.strict)?;
        writeln!(f, "loose            {}", self.loose)?;
        writeln!(f, "false positives  {}", self.false_positives)?;
        writeln!(f, "outcomes true    {}", self.outcomes)?;
        writeln!(f, "executed         {}", self.executed)?;
        for miss in &self.misses {
            writeln!(f, "{miss}")?;
        }
        Ok(())
    }
}
