//! Takes out what this project brought in, and nothing else: own objects by OID, never with CASCADE.
//!
//! [`scope`] says what goes, [`order`] in which order, [`refusals`] why it must not, [`export`] saves the
//! rows, and [`attempt`] does it all in one transaction that commits only when the catalog has lost
//! exactly that.

mod attempt;
pub(crate) mod drops;
pub mod export;
mod leftovers;
mod order;
mod proof;
mod refusals;
mod report;
mod rows;
mod scope;
mod undo;

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::migration::Migration;
use lodger_migration::settings::Settings;

pub use report::{
    Forgotten, RollbackError, RollbackEvent, RollbackOptions, RollbackOutcome, RollbackReport,
    RollbackTarget,
};

use crate::apply::{lock, retry};
use crate::bookkeeping;
use crate::connect::Session;
use attempt::{Done, Failure, Part, Running, View, doing};
use export::Export;
use order::order;
use scope::Scope;
use undo::Undo;

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
    let mut export = match &options.export {
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
    let split = view.snapshot.server.supautils
        && order(whole, &undo, &view.snapshot)
            .iter()
            .any(|drop| drop.is_attachment(whole));
    let parts = if split {
        [Part::Attachments, Part::Rest].as_slice()
    } else {
        [Part::Rest].as_slice()
    };
    for part in parts {
        running.part(*part, &mut export, &mut report, watch).await?;
        if report.outcome != RollbackOutcome::TakenOut {
            return Ok(report);
        }
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

impl Running<'_> {
    /// Runs a part until it goes through, is refused, or the retries are used up.
    async fn part(
        &self,
        part: Part,
        export: &mut Option<Export>,
        report: &mut RollbackReport,
        watch: &mut (dyn FnMut(RollbackEvent) + Send),
    ) -> Result<(), RollbackError> {
        let retry = self.options.retry;
        let mut attempt = 1;
        loop {
            let failure = match self.attempt(part, export, watch).await {
                Ok(done) => {
                    report.attempts = report.attempts.max(attempt);
                    take_over(report, done);
                    return Ok(());
                }
                Err(failure) => failure,
            };
            // If the connection is gone, so is the transaction.
            self.session.client.batch_execute("rollback").await.ok();
            report.attempts = report.attempts.max(attempt);
            let reason = match failure {
                Failure::Refused(reasons) => {
                    report.outcome = RollbackOutcome::Refused { reasons };
                    return Ok(());
                }
                Failure::Unexpected(differences) => {
                    report.outcome = RollbackOutcome::RolledBack { differences };
                    return Ok(());
                }
                Failure::Moved(reason) => reason,
                Failure::Error(error) => worth_another_try(error)?,
            };
            if attempt >= retry.attempts {
                report.outcome = RollbackOutcome::LockNotAvailable { reason };
                return Ok(());
            }
            let pause = retry.pause(attempt);
            watch(RollbackEvent::Retrying {
                attempt,
                reason,
                pause,
            });
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }
}

fn take_over(report: &mut RollbackReport, done: Done) {
    report.dropped.extend(done.dropped);
    report.exported.extend(done.exported);
    report.stays.extend(done.stays);
    report.checks.extend(done.checks);
}

/// What another session did to us, or the error itself when it is none of that.
fn worth_another_try(error: RollbackError) -> Result<String, RollbackError> {
    match &error {
        RollbackError::Postgres { source, .. } if retry::is_worth_another_try(source) => {
            Ok(retry::sentence(source))
        }
        _ => Err(error),
    }
}

/// Removes Lodger's own schema in a transaction of its own, unless somebody uses it.
async fn forget(
    session: &Session,
    options: &RollbackOptions,
    before: &CatalogSnapshot,
) -> Result<Forgotten, RollbackError> {
    if !bookkeeping::is_there(before) {
        return Ok(Forgotten::NotThere);
    }
    let client = &session.client;
    let forgetting = || doing("removing Lodger's own schema");
    let timeout = options.lock_timeout.as_millis();
    // Locked before the look: nobody begins to use it in between.
    let begin = format!(
        "begin; set local lock_timeout = '{timeout}ms'; \
         lock table lodger.migrations, lodger.objects in access exclusive mode"
    );
    let forgotten = async {
        client.batch_execute(&begin).await.map_err(forgetting())?;
        if bookkeeping::forget(client).await? {
            client.batch_execute("commit").await.map_err(forgetting())?;
            return Ok(Forgotten::Removed);
        }
        let projects = bookkeeping::projects(client).await?;
        Ok(Forgotten::UsedBy(projects))
    };
    let forgotten = forgotten.await;
    if !matches!(forgotten, Ok(Forgotten::Removed)) {
        client.batch_execute("rollback").await.ok();
    }
    forgotten
}
