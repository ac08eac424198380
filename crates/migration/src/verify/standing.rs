//! Where the migrations themselves stand: applied, edited since, interrupted, without a file.

use super::VerifyInput;
use crate::check::{Check, CheckReport};
use crate::history;
use crate::migration::Migration;
use crate::plan::MigrationState;

/// The migrations that are applied, or partly: those whose objects can be there.
#[must_use]
pub fn begun(migrations: &[Migration], states: &[MigrationState]) -> Vec<Migration> {
    let begun = migrations.iter().zip(states);
    let begun = begun.filter(|(_, state)| is_begun(state));
    begun.map(|(migration, _)| migration.clone()).collect()
}

fn is_begun(state: &MigrationState) -> bool {
    !matches!(
        state,
        MigrationState::Pending | MigrationState::OutOfOrder | MigrationState::Missing
    )
}

pub(super) fn anything_begun(states: &[MigrationState]) -> bool {
    states.iter().any(is_begun)
}

/// Checks the history, and notes what is still to be applied.
pub(super) fn check(input: &VerifyInput<'_>, report: &mut CheckReport) {
    let mut complaints = Vec::new();
    let mut applied = 0;
    for (migration, state) in input.migrations.iter().zip(input.states) {
        let name = format!("{} {}", migration.version, migration.name);
        match state {
            MigrationState::Applied | MigrationState::Baseline => applied += 1,
            MigrationState::Edited => complaints.push(format!(
                "{name}: {} was edited after it was applied, and is compared as it is now",
                migration.file
            )),
            MigrationState::Interrupted { steps_done } => complaints.push(format!(
                "{name}: interrupted after step {steps_done}; `lodger apply` carries on, \
                 and what it makes was not compared"
            )),
            MigrationState::Pending => report.notes.push(format!("{name} is not applied yet")),
            MigrationState::OutOfOrder => report
                .notes
                .push(format!("{name} is not applied, and a later migration is")),
            MigrationState::Missing => {}
        }
    }
    for row in history::missing(input.migrations, input.history) {
        complaints.push(format!(
            "{} {}: in the history, and there is no file of that version",
            row.version, row.name
        ));
    }
    if applied == 0 && complaints.is_empty() {
        report.checks.push(Check {
            name: "something is applied".to_owned(),
            passed: false,
            detail: Some("nothing is applied; `lodger apply` brings the migrations in".to_owned()),
        });
        return;
    }
    let plural = if applied == 1 { "" } else { "s" };
    report.checks.push(Check::of(
        format!("history: {applied} migration{plural} applied, each file as it was applied"),
        &complaints,
    ));
}
