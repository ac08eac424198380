//! A shared instance inside this process: the platform's base, another project that lives there, and the
//! proof that it was left alone.

use thiserror::Error;
use tokio_postgres::Client;

use super::{EmbeddedError, EmbeddedServer};
use crate::base::strangers::{self, Facts};
use crate::base::{self, BaseError};
use crate::connect::Session;
use crate::sql::quoted;

/// Gives the embedded superuser the name that a hosted one has, as on the shadow.
pub(super) const RENAME_SUPERUSER: &str = include_str!("../shadow/rename_superuser.sql");
/// The role that projects connect as owns the database.
pub(super) const HAND_OVER: &str = include_str!("hand_over.sql");
/// The project's role, with every setting as on a new connection.
pub(super) const AS_PROJECT: &str = "reset all; set session authorization postgres";
/// The superuser, who sees every row. RESET would do nothing: the embedded server remembers no first role.
pub(super) const AS_SUPERUSER: &str = "set session authorization supabase_admin; reset all";

/// There is no shared instance in this process, or it cannot be looked at.
#[derive(Debug, Error)]
pub enum InstanceError {
    /// The server does not start.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// It cannot be given its shape.
    #[error("the shared instance cannot be prepared")]
    Base(#[from] BaseError),
    /// Postgres refuses what Lodger asks of it.
    #[error("the shared instance refuses {what}")]
    Refused {
        /// What was asked.
        what: &'static str,
        /// What Postgres said.
        #[source]
        source: tokio_postgres::Error,
    },
}

/// An embedded server on which another project lives, and how all of it looked at first.
#[derive(Debug)]
pub struct EmbeddedInstance {
    server: EmbeddedServer,
    before: Facts,
}

/// How the instance looks now, next to how it looked at first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// What was done to the other project and to the platform, one sentence each.
    pub damage: Vec<String>,
    /// How many facts were compared: definitions, OIDs, grants, rows.
    pub compared: usize,
    /// The digest of everything that stood there at first.
    pub before: String,
    /// The digest of everything that stands there now, ours included.
    pub after: String,
    /// The rows of the other project's `public.users` as number and checksum.
    pub users: String,
}

impl EmbeddedInstance {
    /// Starts one. Its files go away with it.
    ///
    /// # Errors
    /// When the server does not start or refuses the base.
    pub async fn start() -> Result<Self, InstanceError> {
        Self::start_with(&[]).await
    }

    /// As [`EmbeddedInstance::start`], with these extensions switched on by the platform, in its schema `extensions`.
    ///
    /// # Errors
    /// When the server does not start or refuses the base.
    pub async fn start_with(wanted: &[String]) -> Result<Self, InstanceError> {
        let server = EmbeddedServer::start_temporary(wanted).await?;
        let client = &server.session().client;
        run(client, "to rename its superuser", RENAME_SUPERUSER).await?;
        base::install(client).await?;
        for extension in wanted {
            // The server made it in `public` when it started; the platform keeps its own elsewhere.
            let extension = quoted(extension);
            let moved = format!("alter extension {extension} set schema extensions");
            run(client, "to move an extension", &moved).await?;
        }
        run(client, "an owner", HAND_OVER).await?;
        run(client, "a role", AS_PROJECT).await?;
        run(client, "another project", strangers::INSTANCE).await?;
        run(client, "its superuser", AS_SUPERUSER).await?;
        let before = load(client).await?;
        Ok(Self { server, before })
    }

    /// The connection as a project gets it: not as a superuser, and with nothing set. There is only one, so
    /// it is the project's until the next call of this value.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn project_session(&self) -> Result<&Session, InstanceError> {
        let session = self.server.session();
        run(&session.client, "a role", AS_PROJECT).await?;
        drop(session.take_notices());
        Ok(session)
    }

    /// What was done to the other project and to the platform since this instance was started.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn damage(&self) -> Result<Vec<String>, InstanceError> {
        let client = &self.server.session().client;
        run(client, "its superuser", AS_SUPERUSER).await?;
        Ok(self.before.damage(&load(client).await?))
    }

    /// Does the other project's daily work, undoes it, and compares everything with how it was at first.
    ///
    /// # Errors
    /// When the connection is gone. Work that fails is damage.
    pub async fn proof(&self) -> Result<Proof, InstanceError> {
        let client = &self.server.session().client;
        run(client, "its superuser", AS_SUPERUSER).await?;
        let work = strangers::check_daily_work(client).await;
        let after = load(client).await?;
        let mut damage = self.before.damage(&after);
        if let Err(error) = work {
            let reason = error.as_db_error().map(|it| it.message().to_owned());
            damage.push(format!(
                "its daily work fails: {}",
                reason.unwrap_or_else(|| error.to_string())
            ));
        }
        let users = after.get("table public.users", "rows").unwrap_or("none");
        Ok(Proof {
            damage,
            compared: self.before.len(),
            before: self.before.digest(),
            users: users.to_owned(),
            after: after.digest(),
        })
    }
}

async fn load(client: &Client) -> Result<Facts, InstanceError> {
    let facts = strangers::load_facts(client).await;
    facts.map_err(|source| InstanceError::Refused {
        what: "to be looked at",
        source,
    })
}

async fn run(client: &Client, what: &'static str, sql: &str) -> Result<(), InstanceError> {
    let done = client.batch_execute(sql).await;
    done.map_err(|source| InstanceError::Refused { what, source })
}
