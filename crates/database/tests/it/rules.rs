//! The examples on the rules' pages, planned on a shared instance and executed there: what is bad is named,
//! and what is good is let through.

use lodger_database::testing::corpus::{Case, Verdict, examples, judge};
use lodger_migration::lint::lint;

/// Rules about what this instance does not have: a history of Supabase's own, an object of the very same shape.
const NOT_THERE: [&str; 2] = ["version-taken", "skipped-same-shape"];
/// Examples at a time: each has embedded servers of its own.
const AT_ONCE: usize = 2;

#[tokio::test(flavor = "multi_thread")]
async fn examples_are_planned_and_executed() {
    let cases = examples();
    let verdicts = judge(&cases, AT_ONCE, |_| ()).await;
    let pairs = cases.iter().zip(&verdicts);
    let wrong: Vec<String> = pairs
        .flat_map(|(case, verdict)| wrong(case, verdict))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// In what the page of a rule is not right.
fn wrong(case: &Case, verdict: &Verdict) -> Vec<String> {
    let name = &verdict.name;
    let rule = name.split('/').next().unwrap_or_default();
    // Of what a plan knows better the text alone may say more: a guard hides nothing where nothing stands.
    let of_text = lint(&case.settings, &case.migrations, None);
    let said = |rule: &str| {
        let planned = verdict.found.iter().any(|it| it.rule == rule);
        planned || of_text.iter().any(|it| it.rule == rule)
    };
    let mut wrong: Vec<String> = verdict
        .not_as_planned
        .iter()
        .map(|it| format!("{name}: {it}"))
        .collect();
    if name.contains("/good/") && said(rule) {
        wrong.push(format!("{name}: the rule speaks"));
    }
    if name.contains("/bad/") && !said(rule) && !NOT_THERE.contains(&rule) {
        wrong.push(format!("{name}: the rule is silent; {:?}", verdict.found));
    }
    wrong
}
