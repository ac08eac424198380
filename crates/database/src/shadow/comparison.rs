//! Compares, for tests, the state that a run keeps with a look at everything.

use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::migration::Migration;
use lodger_migration::settings::Settings;

use super::state::State;
use super::{KnownStatements, Runner, Shadow, ShadowError};

/// What became of a run in which every statement was followed by a look at everything.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Statements that were executed.
    pub statements: usize,
    /// Statements after which everything was looked at; for the others a part was enough.
    pub wholes: Vec<String>,
    /// What the state said otherwise than the look at everything, with the statement.
    pub differing: Vec<String>,
    /// Statements that failed, with what Postgres said.
    pub failed: Vec<String>,
    looks: usize,
}

impl Comparison {
    pub(super) fn note(&mut self, sql: &str, state: &State, seen: &CatalogSnapshot) {
        self.statements += 1;
        if state.replaced > self.looks {
            self.looks = state.replaced;
            self.wholes.push(sql.to_owned());
        }
        let state = state.now();
        let ids = state.entries.keys().chain(seen.entries.keys());
        let differing = ids.filter(|id| state.get(id) != seen.get(id));
        let described = differing.map(|id| {
            let (kept, there) = (state.get(id), seen.get(id));
            format!("{sql}\n  {id}\n  kept:  {kept:?}\n  there: {there:?}")
        });
        self.differing.extend(described);
        if state.server != seen.server {
            self.differing.push(format!("{sql}\n  the server"));
        }
    }
}

impl Shadow {
    /// As [`Shadow::declare`], and compares after each statement.
    ///
    /// # Errors
    /// When the shadow itself fails.
    pub async fn compare(
        &self,
        migrations: &[Migration],
        settings: &Settings,
    ) -> Result<Comparison, ShadowError> {
        let known = KnownStatements::new();
        let mut runner = Runner::new(self.session(), &settings.schema, None, &known).await?;
        runner.comparison = Some(Comparison::default());
        let runs = runner.run_each(migrations).await?;
        let mut failed = Vec::new();
        for (migration, run) in migrations.iter().zip(&runs) {
            let statements = migration.statements.iter().zip(&run.statements);
            failed.extend(statements.filter_map(|(it, did)| {
                let failure = did.failure.as_ref()?;
                Some(format!("{}: {}", it.text, failure.message))
            }));
        }
        let comparison = runner.comparison.take().unwrap_or_default();
        Ok(Comparison {
            failed,
            ..comparison
        })
    }
}
