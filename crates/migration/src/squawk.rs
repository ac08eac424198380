//! Lock and rewrite rules of the `squawk-linter` crate, shown under their own ids.

use std::borrow::Cow;

use squawk_linter::{Linter, LinterSettings, Rule, Violation};
use squawk_syntax::SourceFile;

use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::fix::not_valid;
use crate::migration::Migration;
use crate::object::ObjectKind;
use crate::parse::with_deep_stack;
use crate::statement::{MentionRole, Statement, StatementKind};
use crate::subject::Subject;

/// The rules that are run: what locks or rewrites a table, or breaks what runs against it.
const KEPT: &[Rule] = &[
    Rule::AddingFieldWithDefault,
    Rule::AddingNotNullableField,
    Rule::AddingRequiredField,
    Rule::AddingSerialPrimaryKeyField,
    Rule::BanAlterDomainWithAddConstraint,
    Rule::BanDropColumn,
    Rule::BanDropDatabase,
    Rule::BanDropExtension,
    Rule::BanDuplicateColumnAssignments,
    Rule::ChangingColumnType,
    Rule::ConstraintMissingNotValid,
    Rule::DisallowedUniqueConstraint,
    Rule::IdentifierTooLong,
    Rule::RenamingColumn,
    Rule::RenamingTable,
    Rule::RequireConcurrentIndexCreation,
    Rule::RequireConcurrentIndexDeletion,
    Rule::RequireConcurrentPartitionDetach,
    Rule::RequireConcurrentReindex,
];

/// The rules that are on by default in squawk and left out here, with the reason.
pub const LEFT_OUT: &[(&str, &str)] = &[
    (
        "adding-foreign-key-constraint",
        "Lodger adds foreign keys to tables with rows NOT VALID and validates them in a step of their own.",
    ),
    ("ban-alter-identity", OWN_AFFAIR),
    ("ban-char-field", TASTE),
    (
        "ban-concurrent-index-creation-in-transaction",
        "Lodger runs such a statement outside of the transaction and says so (cannot-run-in-transaction).",
    ),
    ("ban-create-domain-with-constraint", TASTE),
    ("ban-drop-constraint", OWN_AFFAIR),
    ("ban-drop-default", OWN_AFFAIR),
    ("ban-drop-domain", KNOWS_OWNERS),
    ("ban-drop-function", KNOWS_OWNERS),
    ("ban-drop-generated-expression", OWN_AFFAIR),
    ("ban-drop-not-null", OWN_AFFAIR),
    ("ban-drop-schema", KNOWS_OWNERS),
    ("ban-drop-sequence", KNOWS_OWNERS),
    ("ban-drop-table", KNOWS_OWNERS),
    ("ban-drop-type", KNOWS_OWNERS),
    ("ban-drop-view", KNOWS_OWNERS),
    ("ban-set-schema", OWN_AFFAIR),
    (
        "ban-truncate-cascade",
        "The rule drops-with-cascade says it.",
    ),
    (
        "ban-uncommitted-transaction",
        "The rule transaction-control refuses BEGIN altogether.",
    ),
    ("prefer-bigint-over-int", TASTE),
    ("prefer-bigint-over-smallint", TASTE),
    ("prefer-identity", TASTE),
    ("prefer-repack", TASTE),
    (
        "prefer-robust-stmts",
        "It asks for IF NOT EXISTS, which is what hides collisions on a shared database (guard-hides-collision).",
    ),
    ("prefer-text-field", TASTE),
    ("prefer-timestamp-tz", TASTE),
    ("renaming-object", OWN_AFFAIR),
    ("require-enum-value-ordering", TASTE),
    (
        "require-lock-timeout",
        "Lodger sets lock_timeout for every step, with retries.",
    ),
    (
        "require-statement-timeout",
        "Lodger sets the timeouts for every step.",
    ),
    (
        "transaction-nesting",
        "The rule transaction-control refuses BEGIN altogether.",
    ),
    (
        "unused-ignore",
        "Lodger reports its own suppressions (unused-suppression).",
    ),
];

const TASTE: &str = "A matter of taste that harms nobody else on the database.";
const OWN_AFFAIR: &str = "On a table of one's own it is one's own affair; on another's, alters-foreign-object refuses it.";
const KNOWS_OWNERS: &str =
    "drops-foreign-object and drops-with-cascade know whose it is, and what goes with it.";

/// Tables with fewer rows than this are locked for no time worth mentioning.
const FEW_ROWS: i64 = 10_000;

/// A rule of squawk that is run.
#[must_use]
pub(crate) fn is_kept(id: &str) -> bool {
    Rule::try_from(id).is_ok_and(|rule| KEPT.contains(&rule))
}

/// The ids of the rules that are run.
#[must_use]
pub fn kept() -> Vec<String> {
    KEPT.iter().map(Rule::to_string).collect()
}

/// What squawk finds in a migration's text, of which it is not known what a database skips of it.
pub(crate) fn of_text(migration: &Migration) -> Vec<Violation> {
    let mut found = of_whole_text(migration);
    // Squawk holds a table that the file creates for new and empty. One that IF NOT EXISTS may skip
    // is neither, so the file is read once more without that statement.
    let guarded = |it: &&Statement| it.guarded && it.kind == StatementKind::CreateTable;
    let guarded: Vec<&Statement> = migration.statements.iter().filter(guarded).collect();
    if is_read(migration) && !guarded.is_empty() {
        for violation in violations(&blanked(&migration.text, &guarded)) {
            if !found.contains(&violation) {
                found.push(violation);
            }
        }
    }
    found
}

fn of_whole_text(migration: &Migration) -> Vec<Violation> {
    if is_read(migration) {
        violations(&migration.text)
    } else {
        Vec::new()
    }
}

fn is_read(migration: &Migration) -> bool {
    migration.syntax_errors.is_empty() && !migration.statements.is_empty()
}

/// The findings of squawk on one migration.
pub(crate) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let migration = subject.context.migration;
    let found = match subject.of_text {
        Some(known) => Cow::Borrowed(known),
        None if subject.planned.is_some() => Cow::Owned(of_whole_text(migration)),
        None => Cow::Owned(of_text(migration)),
    };
    found
        .iter()
        .filter_map(|it| diagnostic(subject, it))
        .collect()
}

fn violations(text: &str) -> Vec<Violation> {
    let lint = || {
        let mut linter = Linter::from(KEPT.iter().copied());
        linter.settings = LinterSettings {
            assume_in_transaction: true,
            ..LinterSettings::default()
        };
        linter.lint(&SourceFile::parse(text), text)
    };
    with_deep_stack(text, lint).unwrap_or_default()
}

fn blanked(text: &str, statements: &[&Statement]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for statement in statements {
        let inside = bytes.get_mut(statement.span.start..statement.span.end);
        for byte in inside.into_iter().flatten().filter(|byte| **byte != b'\n') {
            *byte = b' ';
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn diagnostic(subject: &Subject<'_>, violation: &Violation) -> Option<Diagnostic> {
    let span = Span {
        start: usize::from(violation.text_range.start()),
        end: usize::from(violation.text_range.end()),
    };
    let inside = |it: &&Statement| it.span.start <= span.start && span.start <= it.span.end;
    let statement = subject.statements().find(inside);
    let is_key = violation.code == Rule::ConstraintMissingNotValid
        && statement.is_some_and(|it| it.mentions_as(MentionRole::References).next().is_some());
    if is_key || statement.is_some_and(|it| is_small(subject, it)) {
        return None;
    }
    let mut finding = subject.finding("", Severity::Warning, span, violation.message.clone());
    finding.rule = Cow::Owned(violation.code.to_string());
    finding.help.clone_from(&violation.help);
    if violation.code == Rule::ConstraintMissingNotValid {
        finding.fix = statement.and_then(|it| not_valid::later(subject.context.migration, it));
    }
    Some(finding)
}

/// The database that is planned for has few rows in the statement's table, or has no such table yet.
fn is_small(subject: &Subject<'_>, statement: &Statement) -> bool {
    let Some(plan) = subject.planned else {
        return false;
    };
    let hosts = [MentionRole::AttachesTo, MentionRole::Alters];
    let mut tables = statement
        .mentions
        .iter()
        .filter(|it| hosts.contains(&it.role) && it.kind == Some(ObjectKind::Table));
    tables.next().is_some_and(|mention| {
        let name = subject.resolve(statement, &mention.name);
        plan.present
            .table(&name.schema, &name.name)
            .is_none_or(|table| (0..FEW_ROWS).contains(&table.estimated_rows))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_rule_is_kept_or_left_out_with_a_reason() {
        let defaults: Vec<Rule> = Linter::with_default_rules().rules.into_iter().collect();
        let defaults: Vec<String> = defaults.iter().map(Rule::to_string).collect();
        let left_out = |id: &String| LEFT_OUT.iter().any(|(it, _)| it == id);
        let undecided: Vec<&String> = defaults
            .iter()
            .filter(|id| is_kept(id) == left_out(id))
            .collect();
        assert_eq!(undecided, [""; 0]);
        for (id, reason) in LEFT_OUT {
            assert!(defaults.iter().any(|it| it == id), "{id}");
            assert!(reason.ends_with('.'), "{id}");
        }
    }
}
