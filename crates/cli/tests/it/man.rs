//! `lodger man`.

use crate::sandbox::Sandbox;

#[test]
fn every_listed_command_has_a_page() {
    let sandbox = Sandbox::with(&[("lodger.toml", "this is broken")]);
    let made = sandbox.run(&["man", "share/man1", "--format", "json"]);
    assert_eq!((made.code, made.err.as_str()), (0, ""));
    let made: serde_json::Value = serde_json::from_str(&made.out).unwrap();
    let names = sandbox.list("share/man1");
    assert_eq!(made["created"].as_array().unwrap().len(), names.len());
    for name in [
        "lodger.1",
        "lodger-lint.1",
        "lodger-man.1",
        "lodger-serve.1",
    ] {
        assert!(names.contains(&name.to_owned()), "{name}: {names:?}");
    }
    assert!(!names.contains(&"lodger-reference.1".to_owned()));
    assert!(!names.contains(&"lodger-help.1".to_owned()));

    let page = sandbox.read("share/man1/lodger-lint.1");
    for part in [
        ".TH lodger-lint 1",
        ".SH SYNOPSIS",
        "\\-\\-static",
        "lodger lint supabase/migrations",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // A second time, over the first.
    assert_eq!(sandbox.run(&["man", "share/man1"]).code, 0);
}

#[test]
fn a_folder_that_cannot_be_made_ends_with_3() {
    let sandbox = Sandbox::with(&[("file", "")]);
    sandbox
        .run(&["man", "file/below"])
        .assert_error(3, "file/below cannot be written");
}
