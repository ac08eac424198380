//! Looks at a throw-away database after a statement: at what it wrote, or at everything.

use lodger_migration::catalog::{Difference, Entries};
use lodger_migration::run::StatementRun;

use super::ShadowError;
use super::observed::Observed;
use super::run::Runner;
use crate::catalog::{PreparedParts, load_snapshot_again};

impl Runner<'_> {
    pub(super) async fn observe(&mut self) -> Result<Observed, ShadowError> {
        let observed = self.observer.observe(&self.session.client).await?;
        self.search_path.clone_from(&observed.search_path);
        Ok(observed)
    }

    /// Brings the state up to date: with what the statement wrote, or, where that does not tell all, with
    /// everything. A look at everything costs more with each object that there is.
    pub(super) async fn look(
        &mut self,
        observed: &Observed,
        did: &mut StatementRun,
    ) -> Result<(), ShadowError> {
        let part = if observed.all {
            None
        } else {
            self.look_at_part(observed).await?
        };
        (did.difference, did.entries) = match part {
            Some(changed) => changed,
            None => self.state.replace(load_snapshot_again(self.session).await?),
        };
        Ok(())
    }

    async fn look_at_part(
        &mut self,
        observed: &Observed,
    ) -> Result<Option<(Difference, Entries)>, ShadowError> {
        let touched = &observed.touched;
        if touched.objects.is_empty() {
            return Ok(Some((Difference::default(), Entries::new())));
        }
        let client = &self.session.client;
        let parts = self
            .session
            .parts
            .get_or_try_init(|| PreparedParts::new(client));
        let part = parts.await?.load(client, touched).await?;
        Ok(self.state.update(&touched.objects, part))
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
