//! The formats for findings: SARIF, GitHub's annotations, JUnit.

use serde_json::Value;

use crate::sandbox::Sandbox;

const WRONG: &str = "create table users (id uuid primary key);\n";

fn sandbox() -> Sandbox {
    Sandbox::with(&[("migrations/1_users.sql", WRONG)])
}

#[test]
fn sarif_names_rule_file_and_line() {
    let linted = sandbox().run(&["lint", "--static", "--format", "sarif"]);
    assert_eq!((linted.code, linted.err.as_str()), (1, ""));
    let log: Value = serde_json::from_str(&linted.out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let found = results
        .iter()
        .find(|it| it["ruleId"] == "custom-users-table")
        .unwrap();
    let place = &found["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "migrations/1_users.sql");
    assert_eq!(place["region"]["startLine"], 1);
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    let index = usize::try_from(found["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(rules[index]["id"], "custom-users-table");
}

#[test]
fn github_and_junit_say_the_same() {
    let sandbox = sandbox();
    let linted = sandbox.run(&["lint", "--static", "--format", "github"]);
    let start = "::error file=migrations/1_users.sql,line=1,col=14,title=custom-users-table::";
    assert!(
        linted.out.lines().any(|it| it.starts_with(start)),
        "{}",
        linted.out
    );
    assert_eq!(linted.code, 1);
    let linted = sandbox.run(&["lint", "--static", "--format", "junit"]);
    assert!(linted.out.contains("<failure message="), "{}", linted.out);
    assert!(
        linted.out.contains("type=\"custom-users-table\""),
        "{}",
        linted.out
    );
    assert_eq!(linted.code, 1);
}

#[test]
fn a_command_without_findings_says_so_before_it_does_anything() {
    let sandbox = sandbox();
    for arguments in [
        &["new", "more", "--format", "sarif"][..],
        &["init", "--format", "junit"],
    ] {
        sandbox.run(arguments).assert_error(
            2,
            "this command finds nothing that could be printed in that format",
        );
    }
    assert_eq!(sandbox.list("migrations"), ["1_users.sql"]);
}
