//! `lodger rule`: the manual pages of the rules.

use clap::Args;
use lodger_migration::rules::{RULES, Rule};
use serde::Serialize;

use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::Report;
use crate::output::json::{SCHEMA_VERSION, document};

const EXAMPLES: &str = "\
Examples:
  lodger rule                          every rule with its summary
  lodger rule skipped-different-shape
  lodger rule --format json";

/// How alike two names must be for one to be taken for a slip of the other, from 0 to 1.
const ALIKE: f64 = 0.6;

/// Explain a rule, or list all of them
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RuleArgs {
    /// The rule's id, as printed in brackets with each finding
    pub(crate) id: Option<String>,
}

/// The rules that were asked for.
#[derive(Debug)]
pub(crate) enum RuleReport {
    /// All of them.
    List,
    /// One.
    Page(&'static Rule),
}

/// Finds the rule.
pub(crate) fn run(args: &RuleArgs) -> Result<RuleReport, CommandError> {
    let Some(id) = &args.id else {
        return Ok(RuleReport::List);
    };
    match RULES.iter().find(|rule| rule.id == id) {
        Some(rule) => Ok(RuleReport::Page(rule)),
        None => Err(unknown(id)),
    }
}

fn unknown(id: &str) -> CommandError {
    let near = near(id, RULES.iter().map(|rule| rule.id));
    let error = CommandError::usage(format!("there is no rule `{id}`"));
    match near.as_slice() {
        [] => error.hinted("`lodger rule` lists all of them"),
        near => error.hinted(format!("did you mean {}?", near.join(" or "))),
    }
}

/// The three names that are most like `id`, as far as they are alike at all.
fn near<'a>(id: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let alike = |name: &'a str| {
        let part = !id.is_empty() && name.contains(id);
        let score = if part {
            1.0
        } else {
            strsim::normalized_damerau_levenshtein(id, name)
        };
        (score, name)
    };
    let mut scored: Vec<_> = names
        .map(alike)
        .filter(|(score, _)| *score >= ALIKE)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The first sentence or line of a rule's page.
pub(crate) fn summary(rule: &Rule) -> &'static str {
    let mut lines = rule.page.lines().map(str::trim);
    lines
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .unwrap_or_default()
}

/// The document that `lodger rule` prints.
#[derive(Debug, Serialize)]
struct RulesJson {
    schema_version: u32,
    rules: Vec<RuleJson>,
}

/// One rule of it.
#[derive(Debug, Serialize)]
struct RuleJson {
    id: &'static str,
    severity: &'static str,
    summary: &'static str,
    page: &'static str,
}

impl From<&'static Rule> for RuleJson {
    fn from(rule: &'static Rule) -> Self {
        Self {
            id: rule.id,
            severity: rule.severity.as_str(),
            summary: summary(rule),
            page: rule.page.trim(),
        }
    }
}

impl RuleReport {
    fn rules(&self) -> Vec<&'static Rule> {
        match self {
            Self::List => RULES.to_vec(),
            Self::Page(rule) => vec![rule],
        }
    }
}

impl Report for RuleReport {
    fn human(&self, _context: &Context) -> String {
        match self {
            Self::Page(rule) => {
                format!(
                    "{} ({})\n\n{}\n",
                    rule.id,
                    rule.severity.as_str(),
                    rule.page.trim()
                )
            }
            Self::List => {
                let width = RULES
                    .iter()
                    .map(|rule| rule.id.len())
                    .max()
                    .unwrap_or_default();
                let line = |rule: &&Rule| {
                    let severity = rule.severity.as_str();
                    format!("{:width$}  {severity:7}  {}\n", rule.id, summary(rule))
                };
                RULES.iter().map(line).collect()
            }
        }
    }

    fn json(&self, _context: &Context) -> Result<String, serde_json::Error> {
        let rules = self.rules().into_iter().map(RuleJson::from).collect();
        document(&RulesJson {
            schema_version: SCHEMA_VERSION,
            rules,
        })
    }

    fn exit(&self) -> ExitStatus {
        ExitStatus::Clean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_slips_and_parts() {
        let names = [
            "skipped-different-shape",
            "skipped-same-shape",
            "explicit-commit",
        ];
        let near = |id| near(id, names.into_iter());
        assert_eq!(near("explict-comit"), ["explicit-commit"]);
        assert_eq!(
            near("skipped"),
            ["skipped-different-shape", "skipped-same-shape"]
        );
        assert!(near("zzz").is_empty());
        assert!(near("").is_empty());
    }
}
