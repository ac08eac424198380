//! `lodger new`.

use crate::sandbox::Sandbox;

#[test]
fn makes_an_empty_file_with_a_version() {
    let sandbox = Sandbox::with(&[("migrations/.keep", "")]);
    let made = sandbox.run(&["new", "Create sessions"]);
    assert_eq!((made.code, made.err.as_str()), (0, ""));
    let names = sandbox.list("migrations");
    let (version, name) = names.last().unwrap().split_once('_').unwrap();
    assert_eq!(name, "create_sessions.sql");
    assert!(version.len() == 14 && version.starts_with('2'), "{version}");
    assert_eq!(made.out, format!("created migrations/{version}_{name}\n"));
}

#[test]
fn says_when_a_later_version_is_there() {
    let sandbox = Sandbox::with(&[("migrations/99990101000000_later.sql", "")]);
    let made = sandbox.run(&["new", "x"]);
    assert!(
        made.out
            .contains("note: version 99990101000000 sorts after it"),
        "{made:?}"
    );
    let quiet = sandbox.run(&["new", "y", "-q"]);
    assert!(!quiet.out.contains("note:"), "{quiet:?}");
}

#[test]
fn refuses_a_missing_folder_and_an_empty_name() {
    let sandbox = Sandbox::new();
    let missing = sandbox.run(&["new", "x"]);
    missing.assert_error(2, "folder migrations cannot be read");
    assert!(
        missing.err.contains("help: `lodger init` makes it"),
        "{missing:?}"
    );
    sandbox
        .run(&["new", "--", "--"])
        .assert_error(2, "has no letter or digit");
}
