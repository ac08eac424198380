//! The report of a command that checks a database: `verify` and `rehearse`.

use annotate_snippets::normalize_untrusted_str;
use lodger_migration::check::{Check, CheckReport};

use super::findings::Findings;
use super::json::{CheckedJson, document};
use super::{Report, human};
use crate::context::Context;
use crate::error::ExitStatus;

/// What was checked, whether it holds, and what else is worth knowing.
#[derive(Debug)]
pub(crate) struct Checked(pub(crate) CheckReport);

impl Report for Checked {
    fn human(&self, context: &Context) -> String {
        render(&self.0, context.quiet)
    }

    fn json(&self, _context: &Context) -> Result<String, serde_json::Error> {
        document(&CheckedJson::from(&self.0))
    }

    fn findings(&self) -> Option<Findings<'_>> {
        Some(Findings {
            checks: Some(&self.0),
            ..Findings::default()
        })
    }

    fn exit(&self) -> ExitStatus {
        ExitStatus::of_checks(self.0.passed())
    }
}

fn render(report: &CheckReport, quiet: bool) -> String {
    let shown = report.checks.iter().filter(|it| !it.passed || !quiet);
    let mut text: String = shown.map(line).collect();
    if quiet {
        return text;
    }
    for note in &report.notes {
        text.push_str(&format!("note: {}\n", normalize_untrusted_str(note)));
    }
    let all = report.checks.len();
    let failed = report.checks.iter().filter(|it| !it.passed).count();
    text.push_str(&match (failed, all) {
        (0, 1) => "the check holds\n".to_owned(),
        (0, _) => format!("all {} hold\n", human::count(all, "check")),
        (1, _) => format!("1 of {} does not hold\n", human::count(all, "check")),
        _ => format!("{failed} of {} do not hold\n", human::count(all, "check")),
    });
    text
}

/// `✓ name`, or `✗ name` and below it what was found.
fn line(check: &Check) -> String {
    let mark = if check.passed { '✓' } else { '✗' };
    let name = normalize_untrusted_str(&check.name);
    match &check.detail {
        Some(detail) => format!("{mark} {name}\n    {}\n", normalize_untrusted_str(detail)),
        None => format!("{mark} {name}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> CheckReport {
        CheckReport {
            checks: vec![
                Check::of("table public.a: 1 column", &[]),
                Check::of("index a_idx", &["missing\u{1b}[2J".to_owned()]),
            ],
            notes: vec!["one thing".to_owned()],
        }
    }

    #[test]
    fn what_does_not_hold_says_why_and_nothing_can_move_the_cursor() {
        assert_eq!(
            render(&report(), false),
            "✓ table public.a: 1 column\n✗ index a_idx\n    missing␛[2J\nnote: one thing\n\
             1 of 2 checks does not hold\n"
        );
        assert_eq!(render(&report(), true), "✗ index a_idx\n    missing␛[2J\n");
    }

    #[test]
    fn the_document_has_the_contracts_fields() {
        let text = document(&CheckedJson::from(&report())).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            value,
            serde_json::json!({
                "schema_version": 1,
                "outcome": "failed",
                "checks": [
                    {"name": "table public.a: 1 column", "passed": true, "detail": null},
                    {"name": "index a_idx", "passed": false, "detail": "missing\u{1b}[2J"},
                ],
                "notes": ["one thing"],
            })
        );
        assert_eq!(Checked(report()).exit(), ExitStatus::Findings);
        assert_eq!(Checked(CheckReport::default()).exit(), ExitStatus::Clean);
    }
}
