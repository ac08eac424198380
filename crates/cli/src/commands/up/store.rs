//! Brings the research store into the database of `lodger up`, through the same guard as anywhere.

use lodger_database::apply::{ApplyOptions, ApplyOutcome, apply};
use lodger_database::embedded::EmbeddedPlatform;
use lodger_database::prepare::Present;
use lodger_migration::history;
use lodger_migration::plan::MigrationState;
use lodger_migration::settings::Settings;
use lodger_research::migrations;

use crate::error::CommandError;
use crate::output::progress::Watcher;

/// The store's project.
pub(super) const PROJECT: &str = "research";

/// Applies what is due. Where nothing is, it only looks.
pub(super) async fn bring_in(
    platform: &EmbeddedPlatform,
    settings: &Settings,
    watcher: &Watcher,
) -> Result<(), CommandError> {
    let session = platform.project_session().await;
    let session = session.map_err(CommandError::from_library)?;
    let present = Present::load(session, &settings.project).await;
    let present = present.map_err(CommandError::from_library)?;
    let migrations = migrations();
    let states = history::states(&migrations, &present.history);
    if states.contains(&MigrationState::Edited) {
        return Err(CommandError::failed(
            "the data are of another version of this program, whose migrations differ",
        )
        .hinted("name another folder with --data, or use the version that made it"));
    }
    if !states.iter().any(MigrationState::is_due) {
        return Ok(());
    }
    let mut watch = |event| watcher.tell(&event);
    let options = ApplyOptions::default();
    let report = apply(session, &migrations, settings, &options, &mut watch).await;
    let report = report.map_err(CommandError::from_library)?;
    match report.outcome {
        ApplyOutcome::Applied => Ok(()),
        other => Err(CommandError::failed(format!(
            "the research store could not be brought in: {other:?}"
        ))),
    }
}
