//! Rollback: takes out what the project brought in, saves its rows, and leaves everybody else alone.

mod interrupted;
mod others;
mod rows;
mod shapes;
mod versions;

use std::path::Path;

use lodger_database::rollback::{
    RollbackError, RollbackOptions, RollbackOutcome, RollbackReport, RollbackTarget, rollback,
};
use lodger_database::testing::SharedInstance;
use lodger_migration::migration::Migration;

use crate::sessions::{SESSIONS, applied, migration, session, settings, shared_instance};

fn all() -> RollbackOptions {
    RollbackOptions::new(RollbackTarget::All)
}

fn saving(folder: &Path) -> RollbackOptions {
    let mut options = all();
    options.export = Some(folder.to_owned());
    options
}

async fn roll_back(
    instance: &SharedInstance,
    migrations: &[Migration],
    options: &RollbackOptions,
) -> Result<RollbackReport, RollbackError> {
    let session = session(instance).await;
    rollback(&session, migrations, &settings(), options, &mut |_| {}).await
}

async fn with_sessions() -> (SharedInstance, Vec<Migration>) {
    let instance = shared_instance().await;
    let migrations = vec![migration("20251101040000", "sessions", SESSIONS)];
    applied(&session(&instance).await, &migrations, &settings()).await;
    (instance, migrations)
}

fn reasons(report: &RollbackReport) -> String {
    match &report.outcome {
        RollbackOutcome::Refused { reasons } => reasons.join("\n"),
        other => panic!("not refused: {other:?}"),
    }
}
