//! `lodger lint`.

use std::path::Path;

use crate::sandbox::{Ended, Sandbox};

const GOOD: &str = "\
create table notes (
  id uuid primary key,
  user_id uuid not null references auth.users (id) on delete cascade
);
create index notes_by_user on notes (user_id);
alter table notes enable row level security;
create policy notes_own on notes to authenticated using (user_id = (select auth.uid()));
grant select on notes to authenticated;
";

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
    let twice = sandbox.run(&["lint", "--static", "twice"]);
    assert_eq!(twice.code, 1, "{twice:?}");
    assert!(twice.out.contains("error[duplicate-version]"), "{twice:?}");
    sandbox
        .run(&["lint", "--static", "latin1"])
        .assert_error(2, "`latin1/1_a.sql` is not UTF-8");
    sandbox
        .run(&["lint", "--static", "no/such.sql"])
        .assert_error(2, "no file or folder `no/such.sql`");
}

#[test]
fn where_the_shadows_files_do_not_fit_nothing_is_found_and_it_is_said() {
    // What the server answers then; to fill a disk takes longer.
    let full =
        "do $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$;";
    let sandbox = Sandbox::with(&[("migrations/1_a.sql", GOOD), ("migrations/2_b.sql", full)]);
    let linted = sandbox.run(&["lint"]);
    linted.assert_error(3, "cannot write its files in");
    linted.assert_error(3, "could not extend file; set TMPDIR");
}

#[test]
fn nothing_stays_behind_of_the_shadow() {
    let sandbox = Sandbox::with(&[("migrations/1_a.sql", GOOD)]);
    std::fs::create_dir(sandbox.path().join("temporary")).unwrap();
    let mut lint = sandbox.command(&["lint"]);
    lint.env("TMPDIR", sandbox.path().join("temporary"));
    assert_eq!(Ended::of(&lint.output().unwrap()).code, 0);
    assert_eq!(sandbox.list("temporary"), Vec::<String>::new());
}

#[test]
fn a_file_that_is_not_sql_is_a_finding_with_its_place() {
    let sandbox = Sandbox::with(&[("migrations/1_a.sql", "select 1;\ncreate tabel a (b int);\n")]);
    let linted = sandbox.run(&["lint", "--static"]);
    assert_eq!((linted.code, linted.err.as_str()), (1, ""));
    assert!(
        linted.out.contains("migrations/1_a.sql:2:1"),
        "{}",
        linted.out
    );
    assert!(
        linted.out.contains("2 | create tabel a (b int);"),
        "{}",
        linted.out
    );
    assert!(
        linted
            .out
            .ends_with(" in 1 migration; `lodger rule ID` explains each\n"),
        "{}",
        linted.out
    );
}

#[test]
fn json_is_one_document() {
    let sandbox = Sandbox::with(&[("sql/1_a.sql", "select 1;\ncreate tabel a (b int);\n")]);
    let linted = sandbox.run(&[
        "lint",
        "--static",
        "sql",
        "--format",
        "json",
        "--project",
        "p",
    ]);
    assert_eq!(linted.code, 1, "{linted:?}");
    let json: serde_json::Value = serde_json::from_str(&linted.out).unwrap();
    assert_eq!(json["schema_version"], 1);
    assert_eq!(json["project"], "p");
    assert_eq!(json["migrations"][0]["file"], "sql/1_a.sql");
    let finding = &json["diagnostics"][0];
    assert_eq!(
        (&finding["line"], &finding["column"]),
        (&2.into(), &1.into())
    );
    assert_eq!(finding["severity"], "error");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::Stdio;
    let sandbox = Sandbox::with(&[("migrations/1_a.sql", &"create tabel a;\n".repeat(1_000))]);
    let mut child = sandbox
        .command(&["lint", "--static"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(1));
}

/// The words of a finding are the rule's own tests' affair; here it is which rule speaks where.
#[test]
fn the_seeds_wrong_migration() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sandbox = Sandbox::new();
    let arguments = [
        "lint",
        "corpus/seed",
        "--static",
        "--project",
        "research",
        "--format",
        "json",
    ];
    let linted = Ended::of(
        &sandbox
            .command(&arguments)
            .current_dir(root)
            .output()
            .unwrap(),
    );
    assert_eq!((linted.code, linted.err.as_str()), (1, ""));
    let json: serde_json::Value = serde_json::from_str(&linted.out).unwrap();
    let line = |it: &serde_json::Value| {
        let text = |key: &str| it[key].as_str().unwrap().to_owned();
        format!(
            "{}:{} {} {}\n",
            it["line"],
            it["column"],
            text("severity"),
            text("rule")
        )
    };
    let lines: String = json["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(line)
        .collect();
    insta::assert_snapshot!(lines);
}

#[cfg(feature = "embedded")]
#[test]
fn the_projects_own_migrations_are_clean_on_the_shadow_too() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&["lint", "migrations", "--project", "research"]);
    let linted = Ended::of(&command.current_dir(root).output().unwrap());
    assert_eq!(
        (linted.code, linted.err.as_str()),
        (0, ""),
        "{}",
        linted.out
    );
    // The first policy of the drafts reads the sessions; a later migration gives them the owner's id.
    let ids = linted.out.matches("[policy-subquery]").count();
    assert_eq!(ids, 1, "{}", linted.out);
    let louder = ["warning[", "error["].map(|it| linted.out.contains(it));
    assert_eq!(louder, [false, false], "{}", linted.out);
}

#[cfg(feature = "embedded")]
#[test]
fn the_shadow_finds_what_the_text_does_not_tell() {
    let sandbox = Sandbox::with(&[("migrations/1_a.sql", "select no_such_function();\n")]);
    assert!(
        sandbox
            .run(&["lint", "--static"])
            .out
            .contains("nothing to report")
    );
    let linted = sandbox.run(&["lint"]);
    assert!(
        linted.out.starts_with("warning[statement-fails]"),
        "{linted:?}"
    );
}

#[test]
fn an_allowance_silences_one_object() {
    let table = "create table users (id uuid primary key);\n\
        alter table users enable row level security;\n";
    let allow =
        "[[allow]]\nrule = \"custom-users-table\"\nobject = \"public.users\"\nreason = \"ours\"\n";
    let sandbox = Sandbox::with(&[("migrations/1_a.sql", table), ("lodger.toml", allow)]);
    assert_eq!(sandbox.run(&["lint", "--static"]).code, 0);
    sandbox.write(
        "lodger.toml",
        allow.replace("public.users", "public.people"),
    );
    assert_eq!(sandbox.run(&["lint", "--static"]).code, 1);
}

#[test]
fn a_severity_of_the_projects_own_counts() {
    let text = GOOD.replace("create index notes_by_user on notes (user_id);\n", "");
    let sandbox = Sandbox::with(&[("migrations/1_a.sql", &text)]);
    assert_eq!(sandbox.run(&["lint", "--static"]).code, 0);
    sandbox.write(
        "lodger.toml",
        "[severities]\nunindexed-foreign-key = \"error\"\n",
    );
    let linted = sandbox.run(&["lint", "--static"]);
    assert_eq!(linted.code, 1);
    assert!(
        linted.out.contains("error[unindexed-foreign-key]"),
        "{}",
        linted.out
    );
}
