//! Takes out what this project brought in, and nothing else: own objects by OID, never with CASCADE.
//!
//! `scope` says what goes, `order` in which order, `refusals` why it must not, `export` saves the
//! rows, and `attempt` does it all in one transaction that commits only when the catalog has lost
//! exactly that.

mod attempt;
mod carry_out;
pub(crate) mod drops;
mod forget;
mod ledger;
mod leftovers;
mod order;
mod proof;
mod refusals;
mod report;
mod rows;
mod scope;
mod undo;
mod view;

use lodger_migration::migration::Migration;
use lodger_migration::settings::Settings;

pub use report::{
    Forgotten, RollbackError, RollbackEvent, RollbackOptions, RollbackOutcome, RollbackReport,
    RollbackTarget,
};

use crate::apply::lock;
use crate::connect::Session;
use crate::export::Export;
use attempt::{Part, Running, doing};
use forget::forget;
use order::order;
use scope::Scope;
use undo::Undo;
use view::View;

/// Rolls back to a version, or everything.
///
/// `migrations` are the files as far as they are still there: they say what cannot be taken back, and what
/// later ones changed in objects of earlier ones. What is dropped comes from the claims alone.
///
/// # Errors
/// When the database or the files of the export fail, or the version is unknown. What would harm somebody
/// is no error but a refusal.
pub async fn rollback(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
    options: &RollbackOptions,
    watch: &mut (dyn FnMut(RollbackEvent) + Send),
) -> Result<RollbackReport, RollbackError> {
    let waiting = &mut |_| watch(RollbackEvent::WaitingForLock);
    let lock = lock::acquire(session, &settings.project, options.wait, waiting).await?;
    let report = locked(session, migrations, settings, options, watch).await;
    lock.release(session).await;
    report
}

async fn locked(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
    options: &RollbackOptions,
    watch: &mut (dyn FnMut(RollbackEvent) + Send),
) -> Result<RollbackReport, RollbackError> {
    let view = look(session, settings).await?;
    ensure_known(&view, options)?;
    let whole = view.scope(settings, options);
    let mut report = if whole.is_empty() {
        RollbackReport::of(RollbackOutcome::NothingToDo)
    } else if view.snapshot.server.read_only {
        return Err(RollbackError::ReadOnly);
    } else {
        take_out(session, migrations, settings, options, &view, &whole, watch).await?
    };
    let over = matches!(
        report.outcome,
        RollbackOutcome::TakenOut | RollbackOutcome::NothingToDo
    );
    if over && options.forget && options.target == RollbackTarget::All {
        report.bookkeeping = Some(forget(session, options, &view.snapshot).await?);
    }
    Ok(report)
}

/// Reads what stands there, in a transaction that writes nothing and locks nothing.
async fn look(session: &Session, settings: &Settings) -> Result<View, RollbackError> {
    let client = &session.client;
    let begin = "begin transaction isolation level repeatable read read only";
    client
        .batch_execute(begin)
        .await
        .map_err(doing("reading the database"))?;
    let view = View::load_in(client, &settings.project).await;
    // After an error there is nothing to keep; the connection says itself if it is gone.
    client.batch_execute("rollback").await.ok();
    view
}

fn ensure_known(view: &View, options: &RollbackOptions) -> Result<(), RollbackError> {
    let RollbackTarget::To(version) = &options.target else {
        return Ok(());
    };
    if view.history.iter().any(|row| row.version == *version) {
        return Ok(());
    }
    Err(RollbackError::UnknownVersion {
        version: version.clone(),
        known: view.history.iter().map(|row| row.version.clone()).collect(),
    })
}

async fn take_out(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
    options: &RollbackOptions,
    view: &View,
    whole: &Scope,
    watch: &mut (dyn FnMut(RollbackEvent) + Send),
) -> Result<RollbackReport, RollbackError> {
    let undo = match &options.target {
        RollbackTarget::All => Undo::default(),
        RollbackTarget::To(version) => {
            let history = &view.history;
            undo::undo(
                version,
                migrations,
                history,
                settings,
                whole,
                &view.snapshot,
            )
            .await?
        }
    };
    let mut reasons = view.refusals(whole, &undo);
    if options.export.is_none() {
        reasons.extend(lost_rows(session, whole, &undo, view).await?);
    }
    if !reasons.is_empty() {
        return Ok(RollbackReport::of(RollbackOutcome::Refused { reasons }));
    }
    let export = match &options.export {
        Some(folder) => Some(Export::open(folder, &settings.project)?),
        None => None,
    };
    let running = Running {
        session,
        migrations,
        settings,
        options,
        preview: whole,
        preview_snapshot: &view.snapshot,
        undo: &undo,
    };
    let mut report = RollbackReport::of(RollbackOutcome::TakenOut);
    let attached = order(whole, &undo, &view.snapshot)
        .iter()
        .any(|drop| drop.is_attachment(whole));
    let parts: &[Part] = if view.snapshot.server.supautils && attached {
        &[Part::Attachments, Part::Rest]
    } else {
        &[Part::Rest]
    };
    running.carry_out(parts, export, &mut report, watch).await?;
    if report.outcome != RollbackOutcome::TakenOut {
        return Ok(report);
    }
    report.versions = whole.versions.iter().cloned().collect();
    report.undone = undo.sentences();
    report.stays.extend(whole.kept.iter().cloned());
    report.stays.extend(undo.stays.iter().cloned());
    let left = leftovers::leftovers(migrations, settings, whole, &view.snapshot);
    report.stays.extend(left);
    Ok(report)
}

/// The rows that would be lost, before anything is locked.
async fn lost_rows(
    session: &Session,
    whole: &Scope,
    undo: &Undo,
    view: &View,
) -> Result<Vec<String>, RollbackError> {
    let client = &session.client;
    let counting = || doing("counting the rows that would be lost");
    let begin = "begin transaction read only; set local row_security = off";
    client.batch_execute(begin).await.map_err(counting())?;
    let losing = rows::losing(client, whole, undo, &view.snapshot).await;
    client.batch_execute("rollback").await.ok();
    let losing = losing.map_err(counting())?;
    Ok(losing.iter().map(rows::Losing::sentence).collect())
}
