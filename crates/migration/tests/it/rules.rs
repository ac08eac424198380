//! Every rule has its file, its page and examples that do what they say.

use std::path::Path;

use lodger_migration::diagnostic::Severity;
use lodger_migration::rules::{Needs, RULES, rule};

use crate::support::{at_least, findings, ids, lines};

#[test]
fn every_file_is_registered_once_under_its_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let mut stems: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|stem| stem != "mod")
        .map(|stem| stem.replace('_', "-"))
        .collect();
    stems.sort();
    let ids: Vec<&str> = RULES.iter().map(|it| it.id).collect();
    assert_eq!(ids, stems);
    assert!(rule("rls-off").is_some() && rule("no-such-rule").is_none());
}

#[test]
fn every_page_has_all_its_parts() {
    for rule in RULES {
        let page = rule.page;
        let parts = [
            "\n## Why it hurts\n",
            "\n## What to do instead\n",
            "\n```sql,bad\n",
            "\n```sql,good\n",
        ];
        for part in parts {
            assert!(page.contains(part), "{}: no {part:?}", rule.id);
        }
        assert!(
            rule.summary().ends_with('.') && rule.summary().len() > 30,
            "{}",
            rule.id
        );
        assert!(page.lines().all(|line| line.len() <= 110), "{}", rule.id);
    }
}

#[test]
fn bad_examples_are_reported_no_worse_than_the_rule_says() {
    for rule in RULES.iter().filter(|it| it.needs == Needs::Files) {
        for sql in rule.examples("bad") {
            let found = findings(&sql);
            let own: Vec<_> = found.iter().filter(|it| it.rule == rule.id).collect();
            assert!(!own.is_empty(), "{} is silent on\n{sql}", rule.id);
            assert!(
                own.iter().all(|it| it.severity <= rule.severity),
                "{}",
                rule.id
            );
            // What the configuration says stands in no migration.
            let placed = own.iter().all(|it| it.location.is_some());
            assert!(placed || rule.id == "unused-allowance", "{}", rule.id);
        }
    }
}

#[test]
fn good_examples_are_free_of_the_rule_and_of_errors() {
    for rule in RULES {
        for sql in rule.examples("good") {
            assert!(
                !ids(&sql).iter().any(|it| it == rule.id),
                "{} on\n{sql}",
                rule.id
            );
            let errors = at_least(findings(&sql), Severity::Error);
            assert!(
                errors.is_empty(),
                "{} on\n{sql}\n{}",
                rule.id,
                lines(&errors)
            );
        }
    }
}

#[test]
fn fixes_remove_the_finding_and_still_parse() {
    for rule in RULES {
        for sql in rule.examples("bad") {
            for finding in findings(&sql).iter().filter(|it| it.rule == rule.id) {
                let Some(fix) = &finding.fix else { continue };
                let mut fixed = sql.clone();
                for edit in fix.edits.iter().rev() {
                    fixed.replace_range(edit.span.start..edit.span.end, &edit.text);
                }
                let left = findings(&fixed);
                let same = left.iter().filter(|it| it.rule == rule.id).count();
                assert!(
                    same < findings(&sql)
                        .iter()
                        .filter(|it| it.rule == rule.id)
                        .count(),
                    "{fixed}"
                );
                assert!(!left.iter().any(|it| it.rule == "syntax-error"), "{fixed}");
            }
        }
    }
}
