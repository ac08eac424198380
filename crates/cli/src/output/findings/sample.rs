//! Findings for the tests of the formats.

use lodger_migration::diagnostic::{Diagnostic, Edit, Fix, Severity, Span};
use lodger_migration::migration::Migration;
use lodger_migration::parse::parse_migration;

/// An error with a fix in a file with an awkward name, a note without a place, and a file without either.
pub(super) fn findings() -> (Vec<Migration>, Vec<Diagnostic>) {
    let text = "create table users (id int);\n";
    let bad = parse_migration("1", "a", "migrations/1_a, b.sql", text.as_bytes());
    let good = parse_migration("2", "c", "migrations/2_c.sql", b"select 1;\n");
    let span = Span { start: 13, end: 18 };
    let error = Diagnostic {
        rule: "custom-users-table".into(),
        severity: Severity::Error,
        message: "100% wrong".into(),
        location: Some(bad.location(span)),
        object: None,
        help: Some("Leave it out.".into()),
        fix: Some(Fix {
            title: "Leave it out".into(),
            edits: vec![Edit {
                span,
                text: String::new(),
            }],
        }),
    };
    let note = Diagnostic {
        rule: "not-evaluated".into(),
        severity: Severity::Info,
        message: "no place".into(),
        location: None,
        help: None,
        fix: None,
        ..error.clone()
    };
    (vec![bad, good], vec![error, note])
}
