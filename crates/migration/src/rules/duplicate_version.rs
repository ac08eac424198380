//! Rule: two files of one version.

use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::subject::Subject;

rule! {
    /// Two files have the same version.
    ///
    /// ## Why it hurts
    ///
    /// A version is recorded once. After the first file the second counts as applied and never runs, and
    /// which of them is the first depends on the tool. Lodger lints such files and applies none of them.
    ///
    /// ## What to do instead
    ///
    /// Give the file a version of its own: UTC date and time, `YYYYMMDDHHMMSS`.
    ///
    /// ```sql,bad
    /// -- file: 20251101_notes.sql
    /// select 1;
    /// -- file: 20251101_tags.sql
    /// select 1;
    /// ```
    ///
    /// ```sql,good
    /// -- file: 20251101090000_notes.sql
    /// select 1;
    /// -- file: 20251101100000_tags.sql
    /// select 1;
    /// ```
    "duplicate-version", Error, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let migration = subject.migration;
    let before = subject.migrations.iter().take(subject.at);
    let Some(other) = before.into_iter().find(|it| it.version == migration.version) else {
        return Vec::new();
    };
    let message = format!(
        "`{}` has the version {} too: it is recorded once, so one of the two is never applied.",
        other.file, migration.version
    );
    let start = migration.statements.first().map_or(0, |it| it.span.start);
    let finding = subject.finding(RULE.id, Severity::Error, Span { start, end: start }, message);
    vec![finding.help("Rename one of them: YYYYMMDDHHMMSS, then an underscore and a name.")]
}
