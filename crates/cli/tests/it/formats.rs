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

#[test]
fn what_is_printed_is_as_its_schema_says() {
    let sandbox = sandbox();
    for (command, arguments) in [
        ("lint", &["lint", "--static"][..]),
        ("fix", &["fix", "--static"]),
        ("rule", &["rule"]),
        ("new", &["new", "more"]),
        ("init", &["init"]),
    ] {
        let printed = sandbox.run(&[arguments, &["--format", "json"]].concat());
        let document: Value = serde_json::from_str(&printed.out).unwrap();
        assert_valid(command, &document);
        let mut broken = document;
        broken.as_object_mut().unwrap().remove("schema_version");
        assert!(
            !schema(command).is_valid(&broken),
            "{command}: nothing is required"
        );
    }
}

#[test]
fn the_configuration_that_init_writes_is_as_its_schema_says() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run(&["init", "--project", "notes"]).code, 0);
    let written: Value = toml::from_str(&sandbox.read("lodger.toml")).unwrap();
    assert_valid("lodger.toml", &written);
    let wrong = serde_json::json!({"projekt": "notes"});
    assert!(!schema("lodger.toml").is_valid(&wrong));
}

fn assert_valid(name: &str, document: &Value) {
    let schema = schema(name);
    let errors: Vec<String> = schema
        .iter_errors(document)
        .map(|it| it.to_string())
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:?}");
}

fn schema(name: &str) -> jsonschema::Validator {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas");
    let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}
