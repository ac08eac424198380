//! What several modules of these tests need.

use lodger_migration::diagnostic::{Diagnostic, Severity};
use lodger_migration::lint::lint;
use lodger_migration::migration::Migration;
use lodger_migration::parse::parse_migration;
use lodger_migration::settings::{Allowance, Settings};

/// The migrations in an example. A line `-- file: <version>_<name>.sql` starts each; without one the
/// whole text is one migration.
pub(crate) fn migrations(sql: &str) -> Vec<Migration> {
    let marker = "-- file: ";
    if !sql.contains(marker) {
        return vec![parse_migration(
            "20250101000000",
            "example",
            "example.sql",
            sql.as_bytes(),
        )];
    }
    let mut found: Vec<Migration> = sql
        .split(marker)
        .skip(1)
        .map(|part| {
            let (file, text) = part.split_once('\n').expect("text after the file's name");
            let stem = file
                .trim()
                .strip_suffix(".sql")
                .expect("a name that ends in .sql");
            let (version, name) = stem.split_once('_').expect("a version in the name");
            parse_migration(version, name, file.trim(), text.as_bytes())
        })
        .collect();
    found.sort_by(|a, b| a.version.cmp(&b.version));
    found
}

/// What the rules say about an example, by its text alone. A line `-- allow: rule object because reason` is a
/// line of the project's configuration.
pub(crate) fn findings(sql: &str) -> Vec<Diagnostic> {
    let mut settings = Settings::new("notes");
    for line in sql.lines().filter_map(|it| it.strip_prefix("-- allow: ")) {
        let (target, reason) = line.split_once(" because ").expect("a reason");
        let (rule, object) = target.split_once(' ').expect("a rule and an object");
        settings.allow.push(Allowance {
            rule: rule.to_owned(),
            object: object.to_owned(),
            reason: reason.to_owned(),
        });
    }
    lint(&settings, &migrations(sql), None)
}

/// The ids of the rules that say something.
pub(crate) fn ids(sql: &str) -> Vec<String> {
    findings(sql).iter().map(|it| it.rule.to_string()).collect()
}

/// Each finding in one line: place, weight, rule, message.
pub(crate) fn lines(findings: &[Diagnostic]) -> String {
    let line = |it: &Diagnostic| {
        let place = it
            .location
            .as_ref()
            .map_or(String::new(), |at| format!("{}:{}", at.line, at.column));
        format!(
            "{place} {} {}: {}\n",
            it.severity.as_str(),
            it.rule,
            it.message
        )
    };
    findings.iter().map(line).collect()
}

/// The findings that weigh this much or more.
pub(crate) fn at_least(findings: Vec<Diagnostic>, severity: Severity) -> Vec<Diagnostic> {
    findings
        .into_iter()
        .filter(|it| it.severity >= severity)
        .collect()
}
