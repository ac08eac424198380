//! `lodger lint`.

use crate::sandbox::Sandbox;

const GOOD: &str = "create table notes (id uuid primary key, user_id uuid not null \
    references auth.users (id) on delete cascade);\n\
    create index notes_user_id on notes (user_id);\n\
    alter table notes enable row level security;\n";

#[test]
fn nothing_to_report_is_said_once() {
    let sandbox = Sandbox::with(&[
        ("migrations/1_a.sql", GOOD),
        ("migrations/seed.sql", ""),
        ("migrations/README.md", ""),
    ]);
    let linted = sandbox.run(&["lint", "--static"]);
    assert_eq!(
        (linted.code, linted.err.as_str()),
        (0, ""),
        "{}",
        linted.out
    );
    insta::assert_snapshot!(linted.out);
    assert_eq!(sandbox.run(&["lint", "--static", "-q"]).out, "");
}

#[test]
fn folders_and_files_that_cannot_be_read_end_with_2() {
    let sandbox = Sandbox::with(&[
        ("empty/README.md", ""),
        ("twice/1_a.sql", ""),
        ("twice/1_b.sql", ""),
    ]);
    sandbox.write("latin1/1_a.sql", b"select '\xe9';");
    sandbox
        .run(&["lint", "--static"])
        .assert_error(2, "no file or folder `migrations`");
    sandbox
        .run(&["lint", "--static", "empty"])
        .assert_error(2, "holds no migration");
    sandbox
        .run(&["lint", "--static", "twice"])
        .assert_error(2, "both have the version 1");
    sandbox
        .run(&["lint", "--static", "latin1"])
        .assert_error(2, "`latin1/1_a.sql` is not UTF-8");
    sandbox
        .run(&["lint", "--static", "no/such.sql"])
        .assert_error(2, "no file or folder `no/such.sql`");
}
