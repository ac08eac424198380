//! `lodger init`.

use crate::sandbox::Sandbox;

#[test]
fn writes_a_configuration_that_can_be_read_again() {
    let sandbox = Sandbox::new();
    let made = sandbox.run(&[
        "init",
        "--project",
        "research",
        "--schema",
        "Own \"schema\"",
    ]);
    assert_eq!((made.code, made.err.as_str()), (0, ""));
    assert!(
        made.out
            .starts_with("created lodger.toml\ncreated migrations\n"),
        "{made:?}"
    );
    insta::assert_snapshot!(sandbox.read("lodger.toml"));

    let next = sandbox.run(&["new", "first"]);
    assert_eq!(next.code, 0, "{next:?}");
}

#[test]
fn the_folder_names_the_project() {
    let sandbox = Sandbox::with(&[("My Project!/.keep", ""), ("ü/.keep", "")]);
    let run_in = |folder: &str| {
        sandbox
            .command(&["init"])
            .current_dir(sandbox.path().join(folder))
            .output()
            .unwrap()
    };
    assert!(run_in("My Project!").status.success());
    assert!(
        sandbox
            .read("My Project!/lodger.toml")
            .contains("project = \"my-project\"\n")
    );
    let nameless = run_in("ü");
    assert_eq!(nameless.status.code(), Some(2));
    assert_eq!(sandbox.list("ü"), [".keep"]);
}

#[test]
fn never_overwrites() {
    let sandbox = Sandbox::with(&[("lodger.toml", "mine, and broken")]);
    sandbox
        .run(&["init", "--project", "x"])
        .assert_error(2, "lodger.toml is there already");
    assert_eq!(sandbox.read("lodger.toml"), "mine, and broken");
    assert_eq!(sandbox.list("."), ["lodger.toml"]);
}

#[test]
fn takes_a_migrations_folder_that_is_there() {
    let sandbox = Sandbox::with(&[("supabase/migrations/1_a.sql", "select 1;")]);
    let arguments = [
        "init",
        "--project",
        "x",
        "--migrations",
        "supabase/migrations",
        "--format",
        "json",
    ];
    let made = sandbox.run(&arguments);
    assert_eq!(made.code, 0, "{made:?}");
    let made: serde_json::Value = serde_json::from_str(&made.out).unwrap();
    assert_eq!(
        made,
        serde_json::json!({ "schema_version": 1, "created": ["lodger.toml"] })
    );
    assert!(
        sandbox
            .read("lodger.toml")
            .contains("migrations = \"supabase/migrations\"\n")
    );
}
