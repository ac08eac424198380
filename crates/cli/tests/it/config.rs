//! `lodger.toml`: found upwards, and every mistake in it named with its line.

use crate::sandbox::Sandbox;

fn run_with(config: &str) -> crate::sandbox::Ended {
    Sandbox::with(&[("lodger.toml", config), ("migrations/.keep", "")]).run(&["new", "x"])
}

#[test]
fn mistakes_are_named_with_their_line() {
    run_with("project = \"a\"\nprojct = \"b\"\n")
        .assert_error(2, "lodger.toml:2:1: unknown key `projct`");
    run_with("project = \n").assert_error(2, "lodger.toml:1:");
    run_with("[[allow]]\nrule = \"r\"\n").assert_error(2, "missing field `object`");
    run_with("[severities]\nrls-of = \"error\"\n").assert_error(2, "did you mean rls-off");
    run_with("migrations = 7\n").assert_error(2, "lodger.toml:1:14:");
    run_with("[allow]\nrule = \"r\"\n").assert_error(2, "lodger.toml:1:");
}

#[test]
fn a_file_that_is_not_text_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("lodger.toml", [0xff, 0xfe, 0x00]);
    sandbox
        .run(&["new", "x"])
        .assert_error(2, "lodger.toml cannot be read");
}

#[test]
fn the_file_is_found_upwards() {
    let sandbox = Sandbox::with(&[
        ("lodger.toml", "migrations = \"sql\"\n"),
        ("sql/.keep", ""),
        ("src/deep/.keep", ""),
    ]);
    let mut command = sandbox.command(&["new", "x"]);
    let output = command
        .current_dir(sandbox.path().join("src/deep"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("created ../../sql/"), "{text}");
    assert_eq!(sandbox.list("sql").len(), 2);
}
