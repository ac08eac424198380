//! `lodger fix`.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use crate::sandbox::Sandbox;

const WRONG: &str = "\u{feff}-- Notes of people.\r\n\
    create table if not exists notes (id uuid primary key, user_id uuid not null references users (id));\r\n\
    create index notes_user_id on notes (user_id);\r\n\
    alter table notes enable row level security;\r\n\
    create policy own on notes for select using (user_id = auth.uid());\r\n\
    grant select on notes to authenticated;\r\n";

const RIGHT: &str = "\u{feff}-- Notes of people.\r\n\
    create table notes (id uuid primary key, user_id uuid not null references auth.users (id) on delete cascade);\r\n\
    create index notes_user_id on notes (user_id);\r\n\
    alter table notes enable row level security;\r\n\
    create policy own on notes for select to authenticated using (user_id = (select auth.uid()));\r\n\
    grant select on notes to authenticated;\r\n";

fn wrong() -> Sandbox {
    Sandbox::with(&[("migrations/1_notes.sql", WRONG)])
}

#[test]
fn without_write_it_prints_a_patch_that_patch_takes() {
    let sandbox = wrong();
    let fixed = sandbox.run(&["fix"]);
    assert_eq!((fixed.code, fixed.err.as_str()), (1, ""), "{fixed:?}");
    assert_eq!(sandbox.read("migrations/1_notes.sql"), WRONG);
    let mut patch = Command::new("git");
    patch.args(["apply", "--whitespace=nowarn", "-"]);
    patch.current_dir(sandbox.path()).stdin(Stdio::piped());
    let mut patch = patch.spawn().unwrap();
    patch
        .stdin
        .take()
        .unwrap()
        .write_all(fixed.out.as_bytes())
        .unwrap();
    assert!(patch.wait().unwrap().success(), "{}", fixed.out);
    assert_eq!(sandbox.read("migrations/1_notes.sql"), RIGHT);
}

#[test]
fn with_write_the_files_are_right_and_keep_their_mode_and_line_ends() {
    let sandbox = wrong();
    let file = sandbox.path().join("migrations/1_notes.sql");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let fixed = sandbox.run(&["fix", "--write", "--static"]);
    assert_eq!((fixed.code, fixed.err.as_str()), (0, ""), "{fixed:?}");
    assert!(
        fixed
            .out
            .ends_with("4 fixes in 1 file; nothing left to report\n"),
        "{}",
        fixed.out
    );
    assert_eq!(sandbox.read("migrations/1_notes.sql"), RIGHT);
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert_eq!(sandbox.list("migrations"), ["1_notes.sql"]);
    let again = sandbox.run(&["fix", "--write", "--static"]);
    assert_eq!(
        (again.code, again.out.as_str()),
        (0, "nothing to fix; nothing left to report\n")
    );
    assert_eq!(sandbox.run(&["fix", "--static"]).code, 0);
}

#[test]
fn one_rule_alone_and_the_document_of_it() {
    let sandbox = wrong();
    let arguments = [
        "fix",
        "--static",
        "--rule",
        "unwrapped-auth-uid",
        "--format",
        "json",
    ];
    let fixed = sandbox.run(&arguments);
    let json: serde_json::Value = serde_json::from_str(&fixed.out).unwrap();
    assert_eq!(json["written"], false);
    assert_eq!(json["fixes"].as_array().unwrap().len(), 1);
    assert_eq!(json["fixes"][0]["rule"], "unwrapped-auth-uid");
    assert!(
        json["files"][0]["diff"]
            .as_str()
            .unwrap()
            .contains("+create policy own")
    );
    let left = json["diagnostics"].as_array().unwrap();
    assert!(
        left.iter()
            .any(|it| it["rule"] == "foreign-key-not-to-auth-users")
    );
    sandbox
        .run(&["fix", "--rule", "no-such-rule"])
        .assert_error(2, "there is no rule `no-such-rule`");
}

#[test]
fn what_cannot_be_exact_is_left_with_the_reason() {
    let sandbox = Sandbox::with(&[(
        "migrations/1_a.sql",
        "create table users (id uuid primary key, email text);\ncreate view emails as select email from users;\n",
    )]);
    let fixed = sandbox.run(&["fix", "--static", "--write"]);
    assert_eq!(fixed.code, 1, "{fixed:?}");
    let reason = "left (custom-users-table): `public.users` cannot be left out: migrations/1_a.sql:2 uses it\n";
    assert!(fixed.out.contains(reason), "{}", fixed.out);
}
