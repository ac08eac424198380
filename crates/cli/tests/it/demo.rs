//! `lodger demo`: the whole story, from a folder with nothing in it.

use crate::sandbox::{Ended, Sandbox};

/// What the story consists of, without what its commands say in detail: those have tests of their own.
fn skeleton(out: &str) -> String {
    let (scenes, proof) = out.split_at(out.rfind("── ").unwrap());
    let kept = ["── ", "$ ", "exit code ", "the other project: "];
    let scenes = scenes
        .lines()
        .filter(|line| kept.iter().any(|start| line.starts_with(start)));
    scenes.chain(proof.lines()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_story_goes_as_told_and_needs_nothing() {
    let sandbox = Sandbox::new();
    // A database that nobody may touch: the demo would fail, because nothing answers there.
    let mut command = sandbox.command(&["demo", "--color", "always"]);
    command.env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing");
    let told = Ended::of(&command.output().unwrap());
    assert_eq!((told.code, told.err.as_str()), (0, ""), "{}", told.out);
    assert_eq!(sandbox.list("."), Vec::<String>::new());
    assert!(told.out.contains("\u{1b}["), "{}", told.out);
    let said = plain(&told.out);
    for finding in [
        "skipped: table public.users is there",
        "column is_anonymous: missing",
        "error[foreign-key-not-to-auth-users]",
        "error[replaces-foreign-object]",
        "error[trigger-column-missing]",
        "(user_id) → auth.users (id), on delete cascade, validated",
        "another user does not see it",
        "dropped table public.research_sessions",
    ] {
        assert!(said.contains(finding), "no {finding} in {said}");
    }
    let digests: Vec<_> = ["  before  ", "  after   "]
        .iter()
        .map(|start| said.lines().find_map(|line| line.strip_prefix(start)))
        .collect();
    assert!(digests[0].is_some() && digests[0] == digests[1], "{said}");
    insta::with_settings!({ filters => vec![
        (r"─+\n", "─\n"),
        (r"\d+ facts", "[many] facts"),
        (r"checksum [0-9a-f]{32}", "checksum [md5]"),
        (r"[0-9a-f]{64}", "[digest]"),
        (r"in \d+\.\ds", "in [time]"),
    ]}, { insta::assert_snapshot!(skeleton(&said)) });
}

#[test]
fn what_the_demo_does_not_have_is_refused() {
    let sandbox = Sandbox::new();
    for options in [
        ["--schema", "research"],
        ["--project", "mine"],
        ["--migrations", "sql"],
        ["--format", "json"],
    ] {
        let arguments = [["demo"].as_slice(), &options].concat();
        sandbox
            .run(&arguments)
            .assert_error(2, "the demo has no --");
    }
}

/// Without the colours.
fn plain(text: &str) -> String {
    let mut pieces = text.split('\u{1b}');
    let first = pieces.next().unwrap().to_owned();
    pieces.fold(first, |plain, piece| {
        plain + piece.split_once('m').map_or(piece, |(_, rest)| rest)
    })
}
