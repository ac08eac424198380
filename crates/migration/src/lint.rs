//! Runs the rules over migrations.

use crate::diagnostic::Diagnostic;
use crate::migration::Migration;
use crate::rules::{RULES, RuleContext};
use crate::run::MigrationRun;
use crate::settings::Settings;

/// Runs every rule on one migration.
#[must_use]
pub fn check(context: &RuleContext<'_>) -> Vec<Diagnostic> {
    RULES
        .iter()
        .flat_map(|rule| (rule.check)(context))
        .collect()
}

/// Runs every rule on every migration, without a database. `declared` is what they did on the shadow
/// database, in the same order; `None` for a lint of the text alone.
#[must_use]
pub fn lint(
    settings: &Settings,
    migrations: &[Migration],
    declared: Option<&[MigrationRun]>,
) -> Vec<Diagnostic> {
    let declared = |index| declared.and_then(|runs: &[MigrationRun]| runs.get(index));
    let context = |(index, migration)| RuleContext {
        settings,
        migrations,
        migration,
        declared: declared(index),
        planned: None,
    };
    migrations
        .iter()
        .enumerate()
        .map(context)
        .flat_map(|it| check(&it))
        .collect()
}
