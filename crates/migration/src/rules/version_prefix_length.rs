//! Rule: versions that sort differently by name and by number.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::subject::Subject;

rule! {
    /// A file's version has another length than the others, so tools disagree about the order.
    ///
    /// ## Why it hurts
    ///
    /// By file name `20251101_enable.sql` comes after `20251101030227_tables.sql`, because `_` sorts
    /// behind digits; by version it comes before. One tool runs the clean-up before what it cleans up,
    /// another after it.
    ///
    /// ## What to do instead
    ///
    /// Give every file a version of the same length: UTC date and time, `YYYYMMDDHHMMSS`.
    ///
    /// ```sql,bad
    /// -- file: 20251101_clean_up.sql
    /// select 1;
    /// -- file: 20251101030227_tables.sql
    /// select 1;
    /// -- file: 20251102030227_more.sql
    /// select 1;
    /// ```
    ///
    /// ```sql,good
    /// -- file: 20251101000000_clean_up.sql
    /// select 1;
    /// -- file: 20251101030227_tables.sql
    /// select 1;
    /// ```
    "version-prefix-length", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let migration = subject.migration;
    let usual = usual_length(subject);
    if migration.version.len() == usual {
        return Vec::new();
    }
    let by_name = |version: &str, name: &str| format!("{version}_{name}");
    let own = by_name(&migration.version, &migration.name);
    let disagrees = |it: &&crate::migration::Migration| {
        let other = by_name(&it.version, &it.name);
        migration.version.cmp(&it.version) != own.cmp(&other)
            || migration.version.cmp(&it.version) != by_number(&migration.version, &it.version)
    };
    let same = |it: &&crate::migration::Migration| it.version == migration.version;
    let mut others = subject.migrations.iter().filter(|it| !same(it));
    let Some(other) = others.find(disagrees) else {
        return Vec::new();
    };
    let message = format!(
        "The version {} has {} digits, the others {usual}: whether it comes before {} depends on the tool.",
        migration.version,
        migration.version.len(),
        other.version
    );
    let start = migration.statements.first().map_or(0, |it| it.span.start);
    let finding = subject.finding(RULE.id, Severity::Warning, Span { start, end: start }, message);
    vec![finding.help(format!("Rename the file so that its version has {usual} digits."))]
}

fn by_number(one: &str, other: &str) -> std::cmp::Ordering {
    let significant = |it: &str| it.trim_start_matches('0').to_owned();
    let (one, other) = (significant(one), significant(other));
    one.len().cmp(&other.len()).then_with(|| one.cmp(&other))
}

/// The length that most versions have; of two that are equally frequent, the longer.
fn usual_length(subject: &Subject<'_>) -> usize {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for migration in subject.migrations {
        *counts.entry(migration.version.len()).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(length, count)| (*count, *length));
    most.map_or(0, |(length, _)| length)
}
