//! The commands of the story, on the one connection there is; what they say is rendered as everywhere.

use lodger_database::apply::{ApplyOptions, apply};
use lodger_database::connect::Session;
use lodger_database::prepare::prepare;
use lodger_database::rehearse::{RehearseOptions, rehearse};
use lodger_database::rollback::{RollbackOptions, RollbackTarget, rollback};
use lodger_database::verify::verify;
use lodger_migration::directory::MigrationDirectory;
use lodger_migration::lint::lint;
use lodger_migration::migration::Migration;

use crate::commands::apply::AppliedReport;
use crate::commands::lint::{LintReport, load_declared};
use crate::commands::plan::PlanReport;
use crate::commands::rollback::TakenOut;
use crate::context::Context;
use crate::error::CommandError;
use crate::output::checked::Checked;

pub(super) async fn lint_report(
    migrations: &[Migration],
    context: &Context,
) -> Result<LintReport, CommandError> {
    let declared = load_declared(migrations, context).await?;
    Ok(LintReport {
        diagnostics: lint(context.settings(), migrations, Some(&declared)),
        directory: MigrationDirectory {
            migrations: migrations.to_vec(),
            skipped: Vec::new(),
        },
    })
}

pub(super) async fn plan_report(
    session: &Session,
    migrations: &[Migration],
    context: &Context,
) -> Result<PlanReport, CommandError> {
    let prepared = prepare(session, migrations, context.settings()).await;
    Ok(PlanReport {
        migrations: migrations.to_vec(),
        prepared: prepared.map_err(CommandError::from_library)?,
    })
}

pub(super) async fn apply_report(
    session: &Session,
    migrations: &[Migration],
    context: &Context,
) -> Result<AppliedReport, CommandError> {
    let options = ApplyOptions::default();
    let applied = apply(
        session,
        migrations,
        context.settings(),
        &options,
        &mut |_| {},
    )
    .await;
    Ok(AppliedReport {
        migrations: migrations.to_vec(),
        report: applied.map_err(CommandError::from_library)?,
    })
}

pub(super) async fn verify_report(
    session: &Session,
    migrations: &[Migration],
    context: &Context,
) -> Result<Checked, CommandError> {
    let verified = verify(session, migrations, context.settings()).await;
    verified.map(Checked).map_err(CommandError::from_library)
}

pub(super) async fn rehearse_report(
    session: &Session,
    context: &Context,
) -> Result<Checked, CommandError> {
    let options = RehearseOptions::default();
    let rehearsed = rehearse(session, context.settings(), &options, &mut |_| {}).await;
    rehearsed.map(Checked).map_err(CommandError::from_library)
}

pub(super) async fn rollback_report(
    session: &Session,
    migrations: &[Migration],
    context: &Context,
) -> Result<TakenOut, CommandError> {
    let settings = context.settings();
    let options = RollbackOptions {
        forget: true,
        ..RollbackOptions::new(RollbackTarget::All)
    };
    let done = rollback(session, migrations, settings, &options, &mut |_| {}).await;
    Ok(TakenOut {
        project: settings.project.clone(),
        report: done.map_err(CommandError::from_library)?,
    })
}
