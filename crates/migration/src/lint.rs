//! Runs the rules over migrations.

use std::panic::resume_unwind;

use squawk_linter::Violation;

use crate::allowance::{self, Scope};
use crate::diagnostic::Diagnostic;
use crate::migration::Migration;
use crate::project::Project;
use crate::rules::{RULES, RuleContext};
use crate::run::MigrationRun;
use crate::settings::Settings;
use crate::subject::Subject;
use crate::{parallel, squawk, suppression};

/// Runs every rule on all migrations. `declared` is what each did on the shadow database, in the
/// same order; `None` judges by the text alone. Findings come in file order.
#[must_use]
pub fn lint(
    settings: &Settings,
    migrations: &[Migration],
    declared: Option<&[MigrationRun]>,
) -> Vec<Diagnostic> {
    lint_knowing(settings, migrations, declared, None)
}

/// As [`lint`], with what `declare` tells that each migration did on the shadow database. Meanwhile, on a thread of its
/// own, squawk judges the text.
///
/// # Errors
/// Those of `declare`.
pub fn lint_while<E>(
    settings: &Settings,
    migrations: &[Migration],
    declare: impl FnOnce() -> Result<Option<Vec<MigrationRun>>, E>,
) -> Result<Vec<Diagnostic>, E> {
    let (declared, of_text) = std::thread::scope(|scope| {
        let of_text = scope.spawn(|| migrations.iter().map(squawk::of_text).collect::<Vec<_>>());
        let declared = declare();
        let of_text = of_text.join().unwrap_or_else(|it| resume_unwind(it));
        (declared, of_text)
    });
    let declared = declared?;
    Ok(lint_knowing(
        settings,
        migrations,
        declared.as_deref(),
        Some(&of_text),
    ))
}

fn lint_knowing(
    settings: &Settings,
    migrations: &[Migration],
    declared: Option<&[MigrationRun]>,
    of_text: Option<&[Vec<Violation>]>,
) -> Vec<Diagnostic> {
    let project = Project::of(settings, migrations);
    let after = declared.and_then(<[_]>::last).map(|run| &run.after);
    let found = parallel::map(migrations, |at, migration| {
        let context = RuleContext {
            settings,
            migrations,
            migration,
            declared: declared.and_then(|runs| runs.get(at)),
            planned: None,
        };
        let subject = Subject {
            context,
            project: &project,
            at,
            after,
            of_text: of_text.and_then(|all| all.get(at)).map(Vec::as_slice),
        };
        let (mut left, unused) = suppression::apply(migration, findings(&subject));
        left.extend(suppression::unused(&subject, &unused));
        sorted(left)
    });
    let found = found.into_iter().flatten().collect();
    allowance::apply(settings, found, Scope::Files)
}

/// Runs every rule on one migration, the one at position `at` of `project`, with everything that the
/// context knows. What the settings allow is among the findings.
pub(crate) fn check(
    project: &Project<'_>,
    at: usize,
    context: &RuleContext<'_>,
) -> Vec<Diagnostic> {
    let subject = Subject {
        context: *context,
        project,
        at,
        after: context
            .planned
            .map(|plan| &plan.run.after)
            .or_else(|| context.declared.map(|run| &run.after)),
        of_text: None,
    };
    let (left, _) = suppression::apply(context.migration, findings(&subject));
    sorted(left)
}

fn findings(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let own = RULES.iter().flat_map(|rule| (rule.check)(subject));
    own.chain(squawk::check(subject)).collect()
}

fn sorted(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let key = |it: &Diagnostic| (it.location.as_ref().map(|it| it.span), it.rule.clone());
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    findings.dedup();
    findings
}
