//! The corpus: each hazard of a shared instance is named by its rule at its line, ordinary migrations are let
//! through without a word, and what the plans say is what Postgres does.

use lodger_database::testing::corpus::{Foreign, Group, Score, cases, export, judge};

/// Cases at a time: each has embedded servers of its own.
const AT_ONCE: usize = 2;

#[tokio::test(flavor = "multi_thread")]
async fn hazards_are_named_and_good_migrations_stay_silent() {
    let cases = cases("");
    let good = cases.iter().filter(|it| it.group == Group::Silent).count();
    assert!(
        cases.len() >= 120 && good >= 40,
        "{good} of {}",
        cases.len()
    );
    let score = Score::of(&judge(&cases, AT_ONCE, |_| ()).await);
    assert!(score.strict.percent() >= 98.0, "{score}");
    assert!(score.false_positives.percent() <= 2.0, "{score}");
    assert!(score.outcomes.percent() >= 98.0, "{score}");
    assert!(score.executed.percent() >= 90.0, "{score}");
}

#[test]
fn another_tool_gets_the_same_lines_and_is_scored_by_them() {
    let cases = cases("h0");
    let folder = tempfile::tempdir().unwrap();
    export(&cases, folder.path()).unwrap();
    let expected = std::fs::read_to_string(folder.path().join("expected.tsv")).unwrap();
    let mut said = String::new();
    for line in expected.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let file = folder
            .path()
            .join(cells[0])
            .join("migrations")
            .join(cells[1]);
        let text = std::fs::read_to_string(&file).unwrap();
        let number: usize = cells[2].parse().unwrap();
        assert!(!text.lines().nth(number - 1).unwrap().is_empty(), "{line}");
        said.push_str(&format!(
            "{}\t{number}\twhatever it is called there\n",
            cells[0]
        ));
    }
    let score = Foreign::of(&cases, &said);
    assert_eq!(score.strict.part, score.strict.of, "{:?}", score.misses);
    assert_eq!(Foreign::of(&cases, "hazards/h01\tno number").strict.part, 0);
}
