//! The rules: one file each, one registry, one line per entry.

use std::collections::BTreeMap;

use crate::catalog::CatalogSnapshot;
use crate::diagnostic::{Diagnostic, Severity};
use crate::migration::Migration;
use crate::outcome::Outcome;
use crate::owner::Ownership;
use crate::run::MigrationRun;
use crate::settings::Settings;
use crate::subject::Subject;

/// One check, with its manual page.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case; equals the stem of the rule's file with `-` for `_`.
    pub id: &'static str,
    /// How much its findings weigh at most.
    pub severity: Severity,
    /// What it needs to see before it can say anything.
    pub needs: Needs,
    /// The manual page in Markdown, from the rule's doc comment: summary, why it hurts, what to do
    /// instead, bad and good SQL.
    pub page: &'static str,
    /// Reports the findings of one migration.
    pub check: fn(&Subject<'_>) -> Vec<Diagnostic>,
}

/// What a rule needs to see before it can say anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// The project's files.
    Files,
    /// The database that the migration is planned for.
    Database,
}

impl Rule {
    /// The page's first paragraph: what the rule reports.
    #[must_use]
    pub fn summary(&self) -> String {
        let first = self.page.split("\n\n").next().unwrap_or_default();
        first.trim().replace('\n', " ")
    }

    /// The examples of one kind, `bad` or `good`.
    #[must_use]
    pub fn examples(&self, kind: &str) -> Vec<String> {
        let fence = format!("```sql,{kind}\n");
        let blocks = self.page.split(fence.as_str()).skip(1);
        blocks
            .filter_map(|it| it.split_once("```").map(|(sql, _)| sql.to_owned()))
            .collect()
    }
}

/// The rule of this id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|it| it.id == id)
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
    /// The versions in Supabase's own history that this project has not applied, with their names.
    pub taken_versions: &'a BTreeMap<String, String>,
}

/// Keeps a rule's doc comment as its manual page.
macro_rules! rule {
    ($(#[doc = $doc:literal])+ $id:literal, $severity:ident, $needs:ident) => {
        $(#[doc = $doc])+
        pub(super) static RULE: crate::rules::Rule = crate::rules::Rule {
            id: $id,
            severity: crate::diagnostic::Severity::$severity,
            needs: crate::rules::Needs::$needs,
            page: crate::page::text(&PAGE),
            check,
        };

        const DOC: &str = concat!($($doc, "\n"),+);
        const PAGE: [u8; crate::page::length(DOC)] = crate::page::stripped(DOC);
    };
}

/// Names each rule once: its file and its place in the registry.
macro_rules! rules {
    ($($name:ident),+ $(,)?) => {
        $(mod $name;)+

        /// Every rule, by id.
        pub static RULES: &[&Rule] = &[$(&$name::RULE),+];
    };
}

rules! {
    alters_foreign_object,
    alters_role_or_database_settings,
    attaches_to_foreign_object,
    auth_users_exposed,
    bucket_upsert,
    cannot_run_in_transaction,
    cascade_deletes_guests,
    constraint_column_usage,
    creates_event_trigger,
    custom_users_table,
    default_privileges,
    definer_function_callable,
    definer_search_path,
    drops_foreign_object,
    drops_publication,
    drops_table_with_rows,
    drops_with_cascade,
    duplicate_index,
    duplicate_permissive_policies,
    duplicate_version,
    foreign_key_not_to_auth_users,
    foreign_key_set_null_not_null,
    foreign_key_to_auth_unique,
    foreign_key_without_cascade,
    grants_on_all_tables,
    grants_on_foreign_object,
    grants_writes_to_anon,
    guard_hides_collision,
    locks_landlord_tables,
    malformed_suppression,
    missing_grants,
    not_evaluated,
    policy_always_true,
    policy_subquery,
    policy_to_public,
    policy_user_metadata,
    policy_without_rls,
    replaces_foreign_object,
    replaces_shared_function,
    rls_off,
    rls_without_policy,
    row_trigger_recounts,
    search_path_change,
    security_definer_view,
    sensitive_columns_exposed,
    signup_trigger_can_fail,
    skipped_different_shape,
    skipped_same_shape,
    statement_fails,
    syntax_error,
    transaction_control,
    trigger_column_missing,
    trigger_row_missing,
    unindexed_foreign_key,
    unused_allowance,
    unused_suppression,
    unwrapped_auth_uid,
    update_grant_on_kept_columns,
    user_id_without_foreign_key,
    version_prefix_length,
    version_taken,
    writes_foreign_rows,
}
