//! The rules: one file each, one registry, one line per entry.

use crate::catalog::CatalogSnapshot;
use crate::diagnostic::{Diagnostic, Severity};
use crate::migration::Migration;
use crate::outcome::Outcome;
use crate::owner::Ownership;
use crate::run::MigrationRun;
use crate::settings::Settings;

/// One check, with its manual page.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case; equals the stem of the rule's file with `-` for `_`.
    pub id: &'static str,
    /// How much its findings weigh at most.
    pub severity: Severity,
    /// The manual page in Markdown, from the rule's doc comment: summary, why it hurts, what to do
    /// instead, bad and good SQL.
    pub page: &'static str,
    /// Reports the findings of one migration.
    pub check: fn(&RuleContext<'_>) -> Vec<Diagnostic>,
}

/// What a rule may look at. The same rule sharpens when a shadow or a database is known.
#[derive(Debug, Clone, Copy)]
pub struct RuleContext<'a> {
    /// The project's settings.
    pub settings: &'a Settings,
    /// All migrations, in order.
    pub migrations: &'a [Migration],
    /// The migration to check.
    pub migration: &'a Migration,
    /// What it did on the shadow database; `None` for a static lint.
    pub declared: Option<&'a MigrationRun>,
    /// What it will do to one database; `None` for a lint.
    pub planned: Option<PlanView<'a>>,
}

/// What is known about one database when a migration is planned for it.
#[derive(Debug, Clone, Copy)]
pub struct PlanView<'a> {
    /// What the migration did on a mirror of that database. `run.before` is what stands there.
    pub run: &'a MigrationRun,
    /// The database's own catalog snapshot.
    pub present: &'a CatalogSnapshot,
    /// Whose each object is.
    pub ownership: &'a Ownership,
    /// The outcomes of each statement, in file order.
    pub outcomes: &'a [Vec<Outcome>],
}

/// Every rule.
pub static RULES: &[&Rule] = &[];
