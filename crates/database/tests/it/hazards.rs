//! The corpus: each hazard of a shared instance is refused by its rule at its line, and ordinary
//! migrations are let through without a word.

use std::collections::BTreeMap;
use std::path::Path;

use futures_util::{StreamExt, TryStreamExt, stream};
use lodger_database::testing::SharedInstance;
use lodger_migration::diagnostic::{Diagnostic, Severity};

use crate::story::{instance, migration, planned};

/// Plans at a time: each has an embedded server of its own.
const AT_ONCE: usize = 2;

/// A case: its file, its SQL, and the rules it expects with their lines.
struct Case {
    name: String,
    sql: String,
    expected: Vec<(String, u32)>,
}

fn cases(folder: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../corpus")
        .join(folder);
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files: BTreeMap<String, String> = files
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files
        .into_iter()
        .map(|(name, sql)| Case {
            expected: expected(&sql),
            name,
            sql,
        })
        .collect()
}

/// The first line: `-- expect: rule line, rule line`, or `-- expect: nothing`.
fn expected(sql: &str) -> Vec<(String, u32)> {
    let first = sql
        .lines()
        .next()
        .unwrap()
        .strip_prefix("-- expect: ")
        .unwrap();
    let pair = |it: &str| {
        let (rule, line) = it.trim().split_once(' ')?;
        Some((rule.to_owned(), line.parse().ok()?))
    };
    first.split(',').filter_map(pair).collect()
}

/// What the plan says of a case.
async fn findings(instance: &SharedInstance, case: &Case) -> Vec<Diagnostic> {
    let migrations = [migration("20251101030227", &case.sql)];
    planned(instance, &migrations).await.plan.diagnostics
}

/// The cases of a folder that do not end as they should, with what was found instead.
async fn failures(folder: &str, holds: fn(&Case, &[Diagnostic]) -> bool) -> Vec<String> {
    let instance = &instance().await;
    let cases = cases(folder);
    let judged = stream::iter(&cases).map(|case| async move {
        let found = findings(instance, case).await;
        let fails = (!holds(case, &found)).then(|| format!("{}: {found:#?}", case.name));
        Ok::<_, std::convert::Infallible>(fails)
    });
    let failures: Vec<Option<String>> = judged.buffered(AT_ONCE).try_collect().await.unwrap();
    instance.assert_strangers_untouched().await;
    failures.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_hazard_is_named_by_its_rule_at_its_line() {
    let named = |case: &Case, found: &[Diagnostic]| {
        let at = |rule: &str, line: u32| {
            let here = |it: &&Diagnostic| it.location.as_ref().is_some_and(|at| at.line == line);
            found.iter().filter(here).any(|it| it.rule == rule)
        };
        !case.expected.is_empty() && case.expected.iter().all(|(rule, line)| at(rule, *line))
    };
    let failures = failures("hazards", named).await;
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn ordinary_migrations_are_let_through_without_a_word() {
    let silent =
        |_: &Case, found: &[Diagnostic]| found.iter().all(|it| it.severity < Severity::Warning);
    let failures = failures("silent", silent).await;
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
