//! Runs the rules over migrations.

use crate::diagnostic::Diagnostic;
use crate::rules::{RULES, RuleContext};

/// Runs every rule on one migration.
#[must_use]
pub fn check(context: &RuleContext<'_>) -> Vec<Diagnostic> {
    RULES
        .iter()
        .flat_map(|rule| (rule.check)(context))
        .collect()
}
