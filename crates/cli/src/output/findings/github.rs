//! Annotations of GitHub Actions: one workflow command per finding.
//!
//! The form is that of `::error file=…,line=…,col=…,title=…::message`, as GitHub's page "Workflow commands
//! for GitHub Actions" describes it; a runner shows each at its line of the pull request.

use lodger_migration::diagnostic::{Diagnostic, Severity};

use super::Findings;

/// The findings as workflow commands, one line each.
pub(crate) fn render(findings: &Findings<'_>) -> String {
    let mut text: String = findings.diagnostics.iter().map(annotation).collect();
    let failed = findings.checks.iter().flat_map(|it| &it.checks);
    for check in failed.filter(|it| !it.passed) {
        let detail = check.detail.as_deref().unwrap_or("it does not hold");
        text.push_str(&plain("error", &check.name, detail));
    }
    for obstacle in &findings.obstacles {
        text.push_str(&plain("error", "lodger", obstacle));
    }
    text
}

fn annotation(it: &Diagnostic) -> String {
    let command = match it.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let message = match &it.help {
        Some(help) => format!("{}\n{help}", it.message),
        None => it.message.clone(),
    };
    let Some(at) = &it.location else {
        return plain(command, &it.rule, &message);
    };
    format!(
        "::{command} file={},line={},col={},title={}::{}\n",
        property(&at.file),
        at.line,
        at.column,
        property(&it.rule),
        data(&message)
    )
}

fn plain(command: &str, title: &str, message: &str) -> String {
    format!("::{command} title={}::{}\n", property(title), data(message))
}

/// A message: what would end the line is written in hex.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property's value: what would end it as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn each_finding_is_one_line_whatever_it_says() {
        let (migrations, diagnostics) = sample::findings();
        let findings = Findings {
            migrations: &migrations,
            diagnostics: &diagnostics,
            ..Findings::default()
        };
        insta::assert_snapshot!(render(&findings), @r"
        ::error file=migrations/1_a%2C b.sql,line=1,col=14,title=custom-users-table::100%25 wrong%0ALeave it out.
        ::notice title=not-evaluated::no place
        ");
    }
}
