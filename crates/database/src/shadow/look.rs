//! Looks at a throw-away database after a statement: at what it wrote, or at everything.

use futures_util::future::join;
use lodger_migration::catalog::{Difference, Entries};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::run::StatementRun;
use lodger_migration::statement::Statement;
use tokio_postgres::Row;

use super::ShadowError;
use super::observed::{Observed, refused};
use super::run::Runner;
#[cfg(feature = "testing")]
use crate::catalog::load_snapshot_again;
use crate::catalog::{PreparedParts, Touched, load_all_again};

impl Runner<'_> {
    /// Notes what was left behind since the last look.
    pub(super) fn note(
        &mut self,
        answer: Result<Row, tokio_postgres::Error>,
    ) -> Result<Observed, ShadowError> {
        let observed = self.observer.note(&answer.map_err(refused)?);
        self.search_path.clone_from(&observed.search_path);
        self.noted |= observed.noted;
        Ok(observed)
    }

    /// Brings the state up to date: with what the statement wrote, or, where that does not tell all, with
    /// everything. A look at everything costs more with each object that there is.
    pub(super) async fn look(
        &mut self,
        observed: &Observed,
        statement: &Statement,
        did: &mut StatementRun,
    ) -> Result<(), ShadowError> {
        let part = if observed.shows_all(statement) {
            None
        } else {
            self.look_at_part(observed, statement).await?
        };
        (did.difference, did.entries) = match part {
            Some(changed) => changed,
            None => self.state.replace(load_all_again(self.session).await?),
        };
        let (state, before) = (&self.state, &self.there_before);
        let was_there = |id: &ObjectId| {
            let mut kinds = [ObjectKind::Table, ObjectKind::View].into_iter();
            kinds.any(|kind| before.contains_key(&ObjectId { kind, ..id.clone() }))
        };
        observed.keep_new_locks(&mut self.locks, |oid| state.relation(oid), was_there, did);
        Ok(())
    }

    async fn look_at_part(
        &mut self,
        observed: &Observed,
        statement: &Statement,
    ) -> Result<Option<(Difference, Entries)>, ShadowError> {
        let session = self.session;
        if observed.wrote_nothing() {
            let nothing = (Touched::default(), Entries::new());
            return Ok(self.state.update(&nothing.0, &observed.dropped, nothing.1));
        }
        let client = &session.client;
        let parts = session.parts.get_or_try_init(|| PreparedParts::new(client));
        let parts = parts.await?;
        self.looking = true;
        let touched = self.observer.touched(session, observed, statement);
        // The first of them is polled first, so that its messages go out first.
        let (begun, touched) = join(parts.begin(client), touched).await;
        begun?;
        let touched = touched?;
        let part = if touched.objects.is_empty() {
            Entries::new()
        } else {
            parts.load(client, &touched, self.state.around()).await?
        };
        Ok(self.state.update(&touched, &observed.dropped, part))
    }

    #[cfg(feature = "testing")]
    pub(super) async fn compare(&mut self, sql: &str) -> Result<(), ShadowError> {
        let Some(comparison) = &mut self.comparison else {
            return Ok(());
        };
        let seen = load_snapshot_again(self.session).await?;
        comparison.note(sql, &self.state, &seen);
        Ok(())
    }
}
