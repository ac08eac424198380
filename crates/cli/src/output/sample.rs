//! A plan as tests of the formats print it.

use lodger_migration::diagnostic::{Diagnostic, Location, Severity, Span};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::outcome::{Action, Outcome};
use lodger_migration::owner::Owner;
use lodger_migration::plan::steps::{Step, StepKind, StepReason, StepStatement};
use lodger_migration::plan::{MigrationState, Plan, PlannedMigration, PlannedStatement, TriedOn};
use lodger_migration::run::{Lock, MigrationRun, StepRun};

/// A plan that is refused: a skipped table, a foreign key in a step of its own.
pub(super) fn refused_plan() -> Plan {
    let users = ObjectId::in_schema(ObjectKind::Table, "public", "users");
    let key = ObjectId::on_table(
        ObjectKind::Constraint,
        "public",
        "notes",
        "notes_user_id_fkey",
    );
    let mut skipped = outcome(Action::SkippedDifferentShape, &users, Owner::Unclaimed);
    skipped.differences = vec!["column is_anonymous: missing".into()];
    let mut attached = outcome(Action::AttachesTo, &users, Owner::Unclaimed);
    attached.related = vec![key.clone()];
    let mut lines = statement(
        1,
        5,
        "alter table notes\n  add foreign key (user_id) references users (id)",
    );
    lines.outcomes = vec![outcome(Action::Creates, &key, Owner::Ours), attached];
    lines.locks = vec![Lock {
        relation: "public.users".into(),
        mode: "ShareRowExclusiveLock".into(),
    }];
    let mut first = statement(
        0,
        1,
        "create table if not exists users (id uuid primary key)",
    );
    first.outcomes = vec![skipped];
    Plan {
        project: "research".into(),
        server_version: "15.18".into(),
        tried_on: Some(TriedOn {
            server_version: "17.5".into(),
            same_major: false,
        }),
        fingerprint: "0f1e".into(),
        migrations: vec![
            migration("1", MigrationState::Applied, Vec::new(), None),
            migration(
                "2",
                MigrationState::Pending,
                vec![first, lines],
                Some(two_steps()),
            ),
        ],
        diagnostics: vec![finding(users)],
    }
}

fn outcome(action: Action, object: &ObjectId, owner: Owner) -> Outcome {
    Outcome {
        action,
        object: Some(object.clone()),
        owner,
        differences: Vec::new(),
        cascades: Vec::new(),
        related: Vec::new(),
        detail: None,
    }
}

fn statement(index: usize, line: u32, text: &str) -> PlannedStatement {
    PlannedStatement {
        index,
        line,
        column: 1,
        kind: text.split(' ').take(2).collect::<Vec<_>>().join("_"),
        text: text.into(),
        outcomes: Vec::new(),
        locks: Vec::new(),
    }
}

fn migration(
    version: &str,
    state: MigrationState,
    statements: Vec<PlannedStatement>,
    run: Option<MigrationRun>,
) -> PlannedMigration {
    PlannedMigration {
        version: version.into(),
        name: "notes".into(),
        file: format!("migrations/{version}_notes.sql"),
        state,
        statements,
        run,
    }
}

fn two_steps() -> MigrationRun {
    let step = |reason, indexes: &[usize]| StepRun {
        step: Step {
            kind: StepKind::Transaction,
            reason,
            statements: indexes
                .iter()
                .map(|index| StepStatement {
                    index: *index,
                    sql: String::new(),
                    validate_later: false,
                })
                .collect(),
        },
        ..StepRun::default()
    };
    MigrationRun {
        steps: vec![
            step(None, &[0, 1]),
            step(Some(StepReason::Validation), &[1]),
        ],
        ..MigrationRun::default()
    }
}

fn finding(object: ObjectId) -> Diagnostic {
    Diagnostic {
        rule: "skipped-different-shape".into(),
        severity: Severity::Error,
        message: "the guard skips this table".into(),
        location: Some(Location {
            migration: "2".into(),
            file: "migrations/2_notes.sql".into(),
            span: Span { start: 0, end: 12 },
            line: 1,
            column: 1,
        }),
        object: Some(object),
        help: Some("reference auth.users".into()),
        fix: None,
    }
}
