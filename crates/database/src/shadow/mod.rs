//! The shadow database: a throw-away, Supabase-shaped Postgres on which migrations are executed, so
//! that Postgres itself says what each statement declares.

mod ahead;
mod catalogs;
#[cfg(feature = "testing")]
mod comparison;
mod execution;
mod habit;
#[cfg(feature = "testing")]
mod kept;
mod look;
mod observed;
mod perform;
mod places;
mod question;
mod role;
mod run;
mod servers;
mod state;
mod touched;
pub(crate) mod transaction;
mod written;

use std::collections::BTreeSet;
use std::path::PathBuf;

#[cfg(feature = "testing")]
use lodger_migration::catalog::CatalogSnapshot;
use lodger_migration::migration::Migration;
use lodger_migration::run::MigrationRun;
use lodger_migration::settings::Settings;
use thiserror::Error;

#[cfg(feature = "testing")]
pub use ahead::declare_ahead;
pub use ahead::declare_all;
#[cfg(feature = "testing")]
pub use comparison::Comparison;
pub use execution::Known;
pub(crate) use execution::KnownStatements;
#[cfg(feature = "testing")]
pub use kept::KeptServers;
pub(crate) use question::Questions;
pub(crate) use run::{Runner, execute};
pub(crate) use servers::{Fresh, Servers, Started};

use crate::base::{self, BaseError};
use crate::catalog::CatalogError;
#[cfg(feature = "testing")]
use crate::catalog::Surroundings;
use crate::connect::Session;
use crate::embedded::{EmbeddedError, EmbeddedServer};
use crate::sql::quoted;

/// The name of the superuser on a shadow, as on a hosted instance.
pub(crate) const SUPERUSER: &str = "supabase_admin";

/// Tells, on the shadow, whether a statement removed anything.
const NOTE_DDL: &str = include_str!("note_ddl.sql");
/// Gives the embedded superuser the name that a hosted one has.
const RENAME_SUPERUSER: &str = include_str!("rename_superuser.sql");

/// Migrations cannot be executed on a shadow database.
#[derive(Debug, Error)]
pub enum ShadowError {
    /// There is no shadow database.
    #[error("there is no shadow database to execute the migrations on")]
    Embedded(#[from] EmbeddedError),
    /// It cannot be given its shape.
    #[error("the shadow database cannot be prepared")]
    Base(#[from] BaseError),
    /// Its catalog cannot be read.
    #[error("the catalog of the shadow database cannot be read")]
    Catalog(#[from] CatalogError),
    /// A statement failed in a way that the embedded server does not recover from. Callers start
    /// another one, for which this statement is known.
    #[error("migration {version}: statement {index} leaves the embedded Postgres unusable")]
    Stuck {
        /// The migration.
        version: String,
        /// The statement's position in it, from 0.
        index: usize,
        /// What is known about it now.
        known: Box<Known>,
    },
    /// It cannot write its files.
    #[error(
        "the shadow database cannot write its files in {}: {said}; set TMPDIR to a folder with more room",
        folder.display()
    )]
    NoRoom {
        /// Where they are.
        folder: PathBuf,
        /// What Postgres said.
        said: String,
    },
    /// Postgres refuses what Lodger itself asks of the shadow.
    #[error("the shadow database refuses {what}")]
    Refused {
        /// What was asked.
        what: &'static str,
        /// What Postgres said.
        #[source]
        source: tokio_postgres::Error,
    },
}

/// A throw-away database of the shape that a landlord hands out.
#[derive(Debug)]
pub struct Shadow {
    server: EmbeddedServer,
    /// The extensions that it was started with.
    at_hand: BTreeSet<String>,
    /// How often it was used since its catalog was cleaned.
    #[cfg(feature = "testing")]
    uses: u32,
    /// What stands on it when nothing is done yet.
    #[cfg(feature = "testing")]
    untouched: Option<(CatalogSnapshot, Surroundings)>,
}

impl Shadow {
    /// Starts one that has at hand the extensions which `migrations` name.
    ///
    /// # Errors
    /// When the embedded server does not start or refuses the base.
    pub async fn start(migrations: &[Migration]) -> Result<Self, ShadowError> {
        Self::start_with(migrations, &BTreeSet::new()).await
    }

    /// As [`Shadow::start`], with more extensions at hand.
    pub(crate) async fn start_with(
        migrations: &[Migration],
        more: &BTreeSet<String>,
    ) -> Result<Self, ShadowError> {
        let mut at_hand = extensions_named(migrations);
        at_hand.extend(bundled(more).cloned());
        let wanted: Vec<String> = at_hand.iter().cloned().collect();
        let server = EmbeddedServer::start_temporary(&wanted).await?;
        let client = &server.session().client;
        let run = async |what, sql: &str| {
            client
                .batch_execute(sql)
                .await
                .map_err(|source| ShadowError::Refused { what, source })
        };
        run("to rename its superuser", RENAME_SUPERUSER).await?;
        for extension in &wanted {
            // The server makes each in `public` when it starts; a migration says where it wants it.
            let drop = format!("drop extension if exists {} cascade", quoted(extension));
            run("to remove an extension", &drop).await?;
        }
        base::install(client).await?;
        run("an event trigger", NOTE_DDL).await?;
        Ok(Self {
            server,
            at_hand,
            #[cfg(feature = "testing")]
            uses: 0,
            #[cfg(feature = "testing")]
            untouched: None,
        })
    }

    /// Are these extensions at hand, as far as any server has them?
    pub(crate) fn has_at_hand(&self, extensions: &BTreeSet<String>) -> bool {
        bundled(extensions).all(|it| self.at_hand.contains(it))
    }

    /// The shadow's connection, a superuser's.
    #[must_use]
    pub fn session(&self) -> &Session {
        self.server.session()
    }

    /// Executes every migration, statement by statement, on the empty base, and tells what each did.
    ///
    /// # Errors
    /// When the shadow itself fails; a statement that fails is part of the run.
    pub async fn declare(
        &self,
        migrations: &[Migration],
        settings: &Settings,
    ) -> Result<Vec<MigrationRun>, ShadowError> {
        let mut known = KnownStatements::new();
        match declare_on(self.session(), migrations, settings, &known).await {
            Err(error) => note_stuck(error, &mut known)?,
            done => return done,
        }
        declare_knowing(&Fresh, known, migrations, settings).await
    }
}

/// As [`Shadow::declare`], on a database that `servers` hand out.
pub(crate) async fn declare(
    servers: &impl Servers,
    migrations: &[Migration],
    settings: &Settings,
) -> Result<Vec<MigrationRun>, ShadowError> {
    declare_knowing(servers, KnownStatements::new(), migrations, settings).await
}

/// Begins anew, on another database, after each statement that leaves one unusable.
async fn declare_knowing(
    servers: &impl Servers,
    mut known: KnownStatements,
    migrations: &[Migration],
    settings: &Settings,
) -> Result<Vec<MigrationRun>, ShadowError> {
    let nothing_more = BTreeSet::new();
    loop {
        let shadow = servers.take(migrations, &nothing_more).await?;
        let done = declare_on(shadow.session(), migrations, settings, &known).await;
        servers.give_back(shadow).await;
        match done {
            Err(error) => note_stuck(error, &mut known)?,
            done => return done,
        }
    }
}

async fn declare_on(
    session: &Session,
    migrations: &[Migration],
    settings: &Settings,
    known: &KnownStatements,
) -> Result<Vec<MigrationRun>, ShadowError> {
    let mut runner = Runner::new(session, &settings.schema, None, known).await?;
    runner.run_each(migrations).await
}

/// Notes the statement that a server got stuck on; any other error goes on to the caller.
pub(crate) fn note_stuck(
    error: ShadowError,
    known: &mut KnownStatements,
) -> Result<(), ShadowError> {
    match error {
        ShadowError::Stuck {
            version,
            index,
            known: now,
        } => {
            known.insert((version, index), *now);
            Ok(())
        }
        other => Err(other),
    }
}

/// The bundled extensions that the migrations name anywhere.
fn extensions_named(migrations: &[Migration]) -> BTreeSet<String> {
    migrations
        .iter()
        .flat_map(|migration| &migration.statements)
        .flat_map(|statement| lodger_migration::parse::words(&statement.text))
        .filter(|word| EmbeddedServer::bundles(word))
        .collect()
}

/// Those of the extensions that the embedded server carries.
fn bundled(extensions: &BTreeSet<String>) -> impl Iterator<Item = &String> {
    extensions.iter().filter(|it| EmbeddedServer::bundles(it))
}
