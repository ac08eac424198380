//! Carries a rollback out: part by part, each tried again while others hold the locks.

use super::attempt::{Done, Failure, Part, Running};
use super::{RollbackError, RollbackEvent, RollbackOutcome, RollbackReport};
use crate::apply::retry;
use crate::bookkeeping::BookkeepingError;
use crate::export::Export;

impl Running<'_> {
    /// Runs the parts one after the other, until one does not go through. Saved rows are kept where they
    /// went, or may have gone.
    pub(super) async fn carry_out(
        &self,
        parts: &[Part],
        mut export: Option<Export>,
        report: &mut RollbackReport,
        watch: &mut (dyn FnMut(RollbackEvent) + Send),
    ) -> Result<(), RollbackError> {
        let mut done = Ok(());
        for part in parts {
            done = self.part(*part, &mut export, report, watch).await;
            if done.is_err() || report.outcome != RollbackOutcome::TakenOut {
                break;
            }
        }
        let nothing_went = match &done {
            Ok(()) => report.outcome != RollbackOutcome::TakenOut,
            Err(error) => !matches!(error, RollbackError::Commit(_)),
        };
        if let Some(export) = export.as_mut().filter(|_| nothing_went) {
            export.discard();
        }
        done
    }

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
        RollbackError::Postgres { source, .. }
        | RollbackError::Bookkeeping(BookkeepingError::Refused { source, .. })
            if retry::is_worth_another_try(source) =>
        {
            Ok(retry::sentence(source))
        }
        _ => Err(error),
    }
}
