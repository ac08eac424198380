//! `lodger rule`: the manual pages of the rules.

use clap::Args;
use lodger_migration::diagnostic::Severity;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::Report;
use crate::output::json::{SCHEMA_VERSION, document};
use crate::rules::{self, Origin, Page};

const EXAMPLES: &str = "\
Examples:
  lodger rule                          every rule with its summary
  lodger rule skipped-different-shape
  lodger rule --format json";

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
    List(Vec<Page>),
    /// One.
    Page(Page),
}

/// Finds the rule.
pub(crate) fn run(args: &RuleArgs) -> Result<RuleReport, CommandError> {
    let Some(id) = &args.id else {
        return Ok(RuleReport::List(rules::pages()));
    };
    match rules::pages().into_iter().find(|page| page.id == *id) {
        Some(page) => Ok(RuleReport::Page(page)),
        None => Err(unknown(id)),
    }
}

fn unknown(id: &str) -> CommandError {
    let error = CommandError::usage(format!("there is no rule `{id}`"));
    match rules::near(id).as_slice() {
        [] => error.hinted("`lodger rule` lists all of them"),
        near => error.hinted(format!("did you mean {}?", near.join(" or "))),
    }
}

/// The document that `lodger rule` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RulesJson<'a> {
    schema_version: u32,
    rules: Vec<RuleJson<'a>>,
}

/// One rule of it.
#[derive(Debug, Serialize, JsonSchema)]
struct RuleJson<'a> {
    id: &'a str,
    source: &'static str,
    /// Absent for a rule that is left out.
    severity: Option<&'static str>,
    summary: &'a str,
    page: &'a str,
}

impl<'a> From<&'a Page> for RuleJson<'a> {
    fn from(page: &'a Page) -> Self {
        Self {
            id: &page.id,
            source: match page.origin {
                Origin::Lodger => "lodger",
                Origin::Squawk | Origin::LeftOut => "squawk",
            },
            severity: page.severity.map(Severity::as_str),
            summary: &page.summary,
            page: &page.text,
        }
    }
}

impl Report for RuleReport {
    fn human(&self, _context: &Context) -> String {
        match self {
            Self::Page(page) => format!("{} ({})\n\n{}\n", page.id, weight(page), page.text),
            Self::List(pages) => list(pages),
        }
    }

    fn json(&self, _context: &Context) -> Result<String, serde_json::Error> {
        let rules = match self {
            Self::Page(page) => vec![RuleJson::from(page)],
            Self::List(pages) => pages.iter().map(RuleJson::from).collect(),
        };
        document(&RulesJson {
            schema_version: SCHEMA_VERSION,
            rules,
        })
    }

    fn exit(&self) -> ExitStatus {
        ExitStatus::Clean
    }
}

/// The rules that are run, a line each.
fn list(pages: &[Page]) -> String {
    let run = pages.iter().filter(|page| page.origin != Origin::LeftOut);
    let width = run
        .clone()
        .map(|page| page.id.len())
        .max()
        .unwrap_or_default();
    let line = |page: &Page| format!("{:width$}  {:7}  {}", page.id, weight(page), page.summary);
    run.map(line).collect::<Vec<_>>().join("\n")
}

fn weight(page: &Page) -> &'static str {
    page.severity.map_or("left out", Severity::as_str)
}
