//! Comments that silence a rule.

use lodger_migration::diagnostic::Severity;
use lodger_migration::lint::lint;
use lodger_migration::settings::{Allowance, Settings};

use crate::support::{ids, migrations};

const TABLE: &str = "create table notes (id uuid primary key);\n";

#[test]
fn a_reason_silences_the_rule_before_and_behind_the_statement() {
    assert_eq!(ids(TABLE), ["rls-off"]);
    let comment = "-- lodger: allow rls-off because only the server reads it";
    assert_eq!(ids(&format!("{comment}\n{TABLE}")), [""; 0]);
    assert_eq!(
        ids(&format!("{comment}\n-- and a remark\n\n{TABLE}")),
        [""; 0]
    );
    assert_eq!(ids(&format!("{} {comment}\n", TABLE.trim_end())), [""; 0]);
    let named = "/* lodger: allow rls-off public.notes because only the server reads it */";
    assert_eq!(ids(&format!("{named}\n{TABLE}")), [""; 0]);
}

#[test]
fn it_reaches_no_further_than_its_statement() {
    let comment = "-- lodger: allow rls-off because only the server reads it\n";
    let other = "create table more (id uuid primary key);\n";
    assert_eq!(ids(&format!("{comment}{TABLE}{other}")), ["rls-off"]);
    assert_eq!(ids(&format!("{TABLE}{comment}{other}")), ["rls-off"]);
}

#[test]
fn within_a_statement_it_is_about_the_next_line() {
    let sql = "create table notes (\n  id uuid primary key,\n  -- lodger: allow user-id-without-foreign-key because the log outlives them\n  user_id uuid,\n  owner_id uuid\n);\nalter table notes enable row level security;\n";
    assert_eq!(ids(sql), ["user-id-without-foreign-key"]);
}

#[test]
fn another_object_or_another_rule_is_not_silenced() {
    let other = "-- lodger: allow rls-off public.other because only the server reads it\n";
    assert_eq!(
        ids(&format!("{other}{TABLE}")),
        ["unused-suppression", "rls-off"]
    );
    let rule = "-- lodger: allow missing-grants because only the server reads it\n";
    assert_eq!(
        ids(&format!("{rule}{TABLE}")),
        ["unused-suppression", "rls-off"]
    );
}

#[test]
fn without_a_reason_or_with_a_wrong_name_it_is_void() {
    for comment in [
        "-- lodger: allow rls-off",
        "-- lodger: allow rls-off because ",
    ] {
        assert_eq!(
            ids(&format!("{comment}\n{TABLE}")),
            ["malformed-suppression", "rls-off"]
        );
    }
    let unknown = "-- lodger: allow rls-of because of a slip\n";
    assert_eq!(
        ids(&format!("{unknown}{TABLE}")),
        ["malformed-suppression", "rls-off"]
    );
}

#[test]
fn one_for_the_plan_is_not_called_unused() {
    let comment = "-- lodger: allow skipped-same-shape because it is ours from before\n";
    assert_eq!(ids(&format!("{comment}create schema notes;")), [""; 0]);
}

#[test]
fn settings_allow_by_rule_and_object() {
    let mut settings = Settings::new("notes");
    let allow = |object: &str| Allowance {
        rule: "rls-off".into(),
        object: object.into(),
        reason: "only the server reads it".into(),
    };
    settings.allow = vec![allow("public.other")];
    let found = lint(&settings, &migrations(TABLE), None);
    let rules: Vec<&str> = found.iter().map(|it| it.rule.as_ref()).collect();
    assert_eq!(rules, ["rls-off", "unused-allowance"]);
    assert!(
        found[1].message.contains("`rls-off` on `public.other`"),
        "{found:?}"
    );
    settings.allow = vec![allow("public.*")];
    assert_eq!(lint(&settings, &migrations(TABLE), None).len(), 0);
    // What only a plan can tell is not called unused by a lint.
    settings.allow.push(Allowance {
        rule: "skipped-same-shape".into(),
        ..allow("public.*")
    });
    assert_eq!(lint(&settings, &migrations(TABLE), None).len(), 0);
    let unused = Severity::Info;
    settings
        .severities
        .insert("unused-allowance".into(), unused);
    settings.allow.push(allow("public.gone"));
    assert_eq!(
        lint(&settings, &migrations(TABLE), None)[0].severity,
        unused
    );
}
