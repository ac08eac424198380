//! JUnit's XML: a suite per file, a case per finding; a file without findings is one case that passes.

use lodger_migration::diagnostic::{Diagnostic, Severity};
use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::Findings;

/// The findings as one XML document.
pub(crate) fn render(findings: &Findings<'_>) -> Result<String, SerializeError> {
    let mut report = Report::new("lodger");
    for migration in findings.migrations {
        let here = |it: &&Diagnostic| {
            it.location
                .as_ref()
                .is_some_and(|at| at.file == migration.file)
        };
        let found: Vec<&Diagnostic> = findings.diagnostics.iter().filter(here).collect();
        report.add_test_suite(suite(&migration.file, &found));
    }
    let nowhere = |it: &&Diagnostic| it.location.is_none();
    let nowhere: Vec<&Diagnostic> = findings.diagnostics.iter().filter(nowhere).collect();
    let mut rest = suite("database", &nowhere);
    if let Some(checks) = findings.checks {
        rest.test_cases.clear();
        rest = TestSuite::new("database");
        for check in &checks.checks {
            let status = if check.passed {
                TestCaseStatus::success()
            } else {
                failure(
                    NonSuccessKind::Failure,
                    "check",
                    check.detail.as_deref().unwrap_or_default(),
                )
            };
            rest.add_test_case(TestCase::new(check.name.as_str(), status));
        }
    }
    for obstacle in &findings.obstacles {
        let status = failure(NonSuccessKind::Error, "obstacle", obstacle);
        rest.add_test_case(TestCase::new(obstacle.as_str(), status));
    }
    if findings.checks.is_some() || !nowhere.is_empty() || !findings.obstacles.is_empty() {
        report.add_test_suite(rest);
    }
    report.to_string()
}

fn suite(name: &str, found: &[&Diagnostic]) -> TestSuite {
    let mut suite = TestSuite::new(name);
    if found.is_empty() {
        suite.add_test_case(TestCase::new(
            "nothing to report",
            TestCaseStatus::success(),
        ));
    }
    for it in found {
        let place = it
            .location
            .as_ref()
            .map_or(String::new(), |at| format!("{}:{}", at.line, at.column));
        let mut case = TestCase::new(
            format!("{} {place}", it.rule).trim_end().to_owned(),
            status(it),
        );
        case.set_classname(name);
        if it.severity != Severity::Error {
            case.set_system_out(format!("{}: {}", it.severity.as_str(), text(it)));
        }
        suite.add_test_case(case);
    }
    suite
}

/// Only an error fails a build; what else is found stands in the case's output.
fn status(it: &Diagnostic) -> TestCaseStatus {
    match it.severity {
        Severity::Error => {
            let mut status = failure(NonSuccessKind::Failure, &it.rule, &it.message);
            status.set_description(text(it));
            status
        }
        Severity::Warning | Severity::Info => TestCaseStatus::success(),
    }
}

fn failure(kind: NonSuccessKind, of: &str, message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(of).set_message(message);
    status
}

fn text(it: &Diagnostic) -> String {
    let place = it.location.as_ref();
    let place = place.map_or(String::new(), |at| {
        format!("{}:{}:{}: ", at.file, at.line, at.column)
    });
    let help = it
        .help
        .as_ref()
        .map_or(String::new(), |help| format!("\n{help}"));
    format!("{place}{}{help}", it.message)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn errors_fail_and_files_without_findings_pass() {
        let (migrations, diagnostics) = sample::findings();
        let findings = Findings {
            migrations: &migrations,
            diagnostics: &diagnostics,
            obstacles: vec!["1 was edited".to_owned()],
            ..Findings::default()
        };
        insta::assert_snapshot!(render(&findings).unwrap());
    }
}
