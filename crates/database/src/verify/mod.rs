//! Reads the target, runs the applied migrations on two throw-away databases, and verifies. Reads only.

mod reprint;

use std::collections::BTreeMap;

use lodger_migration::check::CheckReport;
use lodger_migration::history;
use lodger_migration::migration::Migration;
use lodger_migration::plan::MigrationState;
use lodger_migration::settings::Settings;
use lodger_migration::verify::{Declared, VerifyInput, begun, printed_differently};
use thiserror::Error;

use crate::connect::Session;
use crate::mirror::FORGET_DEFAULT_PRIVILEGES;
use crate::prepare::{PrepareError, Present};
use crate::shadow::{Shadow, ShadowError};

/// New objects give nobody anything.
const LEAST: &str = include_str!("least.sql");
/// New objects give everybody everything.
const MOST: &str = include_str!("most.sql");

/// What was verified.
pub type VerifyReport = CheckReport;

/// A database cannot be verified.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] PrepareError),
    /// The throw-away database fails.
    #[error(transparent)]
    Shadow(#[from] ShadowError),
}

/// Verifies that what the applied ones of `migrations` declare is there, as they declare it, and that
/// it is this project's. Takes no lock beyond reading the catalog.
///
/// # Errors
/// When the database cannot be read or the embedded server fails. What does not hold is no error.
pub async fn verify(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
) -> Result<VerifyReport, VerifyError> {
    let present = Present::load(session, &settings.project).await?;
    let states = history::states(migrations, &present.history);
    let expectation = Expectation::of(migrations, &states, settings).await?;
    Ok(expectation.verify(migrations, &states, &present).await?)
}

/// What the migrations that are applied declare, to be compared with a database as often as one likes.
#[derive(Debug)]
pub struct Expectation {
    least: Declared,
    most: Declared,
    /// The server that ran them; none where nothing is applied.
    shadow: Option<Shadow>,
    home_schema: String,
}

impl Expectation {
    /// Runs those of `migrations` that are applied, or partly, on two throw-away databases.
    ///
    /// # Errors
    /// When the embedded server fails.
    pub async fn of(
        migrations: &[Migration],
        states: &[MigrationState],
        settings: &Settings,
    ) -> Result<Self, ShadowError> {
        let begun = begun(migrations, states);
        if begun.is_empty() {
            return Ok(Self {
                least: Declared::default(),
                most: Declared::default(),
                shadow: None,
                home_schema: settings.schema.clone(),
            });
        }
        // Boxed, because two of these futures at once are more than a stack should hold.
        let run = |prelude| Box::pin(declare(&begun, migrations, states, settings, prelude));
        let ((shadow, least), (_, most)) = tokio::try_join!(run(LEAST), run(MOST))?;
        Ok(Self {
            least,
            most,
            shadow: Some(shadow),
            home_schema: settings.schema.clone(),
        })
    }

    /// Compares what is expected with what is there. `states` are those that it was made with.
    ///
    /// # Errors
    /// When the embedded server fails, which is asked to print definitions in its own words.
    pub async fn verify(
        &self,
        migrations: &[Migration],
        states: &[MigrationState],
        present: &Present,
    ) -> Result<VerifyReport, ShadowError> {
        let doubtful = printed_differently(&self.least, &present.snapshot);
        let reprinted = match &self.shadow {
            Some(shadow) => reprint::reprint(shadow, &doubtful, &present.snapshot).await?,
            None => BTreeMap::new(),
        };
        Ok(lodger_migration::verify::verify(&VerifyInput {
            migrations,
            states,
            history: &present.history,
            least: &self.least,
            most: &self.most,
            present: &present.snapshot,
            ownership: &present.ownership,
            reprinted: &reprinted,
            home_schema: &self.home_schema,
        }))
    }
}

/// Runs the migrations that are begun on a throw-away database whose default privileges are `prelude`.
async fn declare(
    begun: &[Migration],
    migrations: &[Migration],
    states: &[MigrationState],
    settings: &Settings,
    prelude: &'static str,
) -> Result<(Shadow, Declared), ShadowError> {
    let shadow = Shadow::start(begun).await?;
    let client = &shadow.session().client;
    for sql in [FORGET_DEFAULT_PRIVILEGES, prelude] {
        client
            .batch_execute(sql)
            .await
            .map_err(|source| ShadowError::Refused {
                what: "other default privileges",
                source,
            })?;
    }
    let runs = shadow.declare(begun, settings).await?;
    let declared = Declared::of(migrations, states, &runs);
    Ok((shadow, declared))
}
