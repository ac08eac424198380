//! `lodger rule`.

use crate::sandbox::Sandbox;

#[test]
fn a_page_says_why_and_what_instead() {
    let sandbox = Sandbox::new();
    let page = sandbox.run(&["rule", "custom-users-table"]);
    assert_eq!((page.code, page.err.as_str()), (0, ""));
    assert!(
        page.out.starts_with("custom-users-table (error)\n"),
        "{}",
        page.out
    );
    for part in ["## Why it hurts", "## What to do instead", "Bad:", "Good:"] {
        assert!(page.out.contains(part), "{part}: {}", page.out);
    }
}

#[test]
fn the_list_has_a_line_for_each() {
    let sandbox = Sandbox::new();
    let list = sandbox.run(&["rule"]).out;
    let json = sandbox.run(&["rule", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let rules = json["rules"].as_array().unwrap();
    let run = rules.iter().filter(|it| !it["severity"].is_null());
    assert_eq!(list.lines().count(), run.count());
    assert!(
        rules
            .iter()
            .all(|it| !it["summary"].as_str().unwrap().is_empty()),
        "{json}"
    );
}

#[test]
fn a_rule_that_is_left_out_says_why() {
    let page = Sandbox::new().run(&["rule", "prefer-robust-stmts"]);
    assert!(page.out.contains("hides collisions"), "{}", page.out);
}

#[test]
fn an_unknown_rule_ends_with_2_and_near_matches() {
    let sandbox = Sandbox::new();
    let unknown = sandbox.run(&["rule", "custom-user-table"]);
    unknown.assert_error(2, "there is no rule `custom-user-table`");
    assert!(
        unknown.err.contains("did you mean custom-users-table?"),
        "{unknown:?}"
    );
    let nothing = sandbox.run(&["rule", "zzzzzz"]);
    assert!(
        nothing.err.contains("`lodger rule` lists all of them"),
        "{nothing:?}"
    );
}
