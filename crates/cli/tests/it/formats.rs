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
            complaint(command, &broken).is_some(),
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
    assert!(complaint("lodger.toml", &wrong).is_some());
}

fn assert_valid(name: &str, document: &Value) {
    let error = complaint(name, document);
    assert_eq!(error, None, "{name}");
}

/// What is wrong with a document, according to the schema of this name. Knows the words that the schemas
/// use; a crate that knows them all changes the features of what the program itself is built from, and
/// doubles the time of every build.
fn complaint(name: &str, document: &Value) -> Option<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas");
    let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
    let root: Value = serde_json::from_str(&text).unwrap();
    complain(&root, &root, document, "$")
}

fn complain(root: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).unwrap();
        return complain(root, target, value, at);
    }
    for choices in [&schema["anyOf"], &schema["oneOf"]] {
        let mut choices = choices.as_array().into_iter().flatten().peekable();
        if choices.peek().is_some() && !choices.any(|it| complain(root, it, value, at).is_none()) {
            return Some(format!("{at}: none of the choices"));
        }
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    };
    if !types.is_empty() && !types.iter().any(|it| is_of(it, value)) {
        return Some(format!("{at}: {value} is no {types:?}"));
    }
    let required = schema["required"].as_array().into_iter().flatten();
    let mut missing =
        required.filter(|it| value.is_object() && value.get(it.as_str().unwrap()).is_none());
    if let Some(missing) = missing.next() {
        return Some(format!("{at}: {missing} is missing"));
    }
    let closed = schema["additionalProperties"] == false;
    for (key, member) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(key) {
            Some(of) => match complain(root, of, member, &format!("{at}.{key}")) {
                None => {}
                found => return found,
            },
            None if closed => return Some(format!("{at}: {key} is unknown")),
            None => {}
        }
    }
    let mut items = value.as_array().into_iter().flatten();
    items.find_map(|it| complain(root, schema.get("items")?, it, &format!("{at}[]")))
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("a type that is not known here: {other}"),
    }
}
