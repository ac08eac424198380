//! The shared instance: a database in which other projects live, and the proof that they were left alone.

use std::fmt::Write;

use tokio_postgres::Client;
use uuid::Uuid;

use super::cluster::Cluster;
use super::database::{Template, TestDatabase};
use crate::base::strangers::{self, Facts};

/// Who lives there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// A job board with `public.users`, `public.jobs`, a shared trigger function, a sign-up hook.
    Plain,
    /// And a chat with an enum `public.session_status` whose labels are not ours.
    SharedEnum,
}

/// A database that other projects share, and how it looked before the test did anything.
#[derive(Debug)]
pub struct SharedInstance {
    database: TestDatabase,
    before: Facts,
}

impl SharedInstance {
    /// A new one, in a test cluster.
    pub async fn create(cluster: &'static Cluster, variant: Variant) -> Self {
        let template = match variant {
            Variant::Plain => Template::Shared,
            Variant::SharedEnum => Template::SharedEnum,
        };
        let database = cluster.database(template).await;
        let before = facts(&database.connect_admin().await).await;
        Self { database, before }
    }

    /// The database itself.
    #[must_use]
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// Its address for the role that projects connect as.
    #[must_use]
    pub fn url(&self) -> String {
        self.database.url()
    }

    /// Its address for the superuser.
    #[must_use]
    pub fn admin_url(&self) -> String {
        self.database.admin_url()
    }

    /// A connection as the role that projects connect as.
    pub async fn connect(&self) -> Client {
        self.database.connect().await
    }

    /// A connection as the superuser.
    pub async fn connect_admin(&self) -> Client {
        self.database.connect_admin().await
    }

    /// All 20 accounts of the instance, the oldest first.
    pub async fn user_ids(&self) -> Vec<Uuid> {
        self.accounts("true").await
    }

    /// The 15 of them that registered.
    pub async fn registered_user_ids(&self) -> Vec<Uuid> {
        self.accounts("not is_anonymous").await
    }

    /// The 5 of them that did not.
    pub async fn anonymous_user_ids(&self) -> Vec<Uuid> {
        self.accounts("is_anonymous").await
    }

    async fn accounts(&self, condition: &str) -> Vec<Uuid> {
        let sql = format!("select id from auth.users where {condition} order by created_at");
        let rows = self.connect_admin().await.query(&sql, &[]).await;
        let rows = rows.expect("the accounts can be read");
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Everything that stands in the database now, the other projects' and ours, one fact a line.
    pub async fn fingerprint_strangers(&self) -> String {
        facts(&self.connect_admin().await).await.to_string()
    }

    /// What was done to the other projects and to the landlord since this instance was made: one sentence each.
    pub async fn damage(&self) -> Vec<String> {
        let client = self.connect_admin().await;
        let mut damage = self.before.damage(&facts(&client).await);
        if let Err(error) = strangers::check_daily_work(&client).await {
            let reason = error
                .as_db_error()
                .map_or_else(|| error.to_string(), ToString::to_string);
            damage.push(format!("daily work: {reason}"));
        }
        damage
    }

    /// Proves that nobody else was touched: every row, definition, OID, grant, comment and sequence of the other
    /// projects and of the landlord is as it was, their updates work, and so does a sign-up.
    pub async fn assert_strangers_untouched(&self) {
        let damage = self.damage().await;
        let list = damage.iter().fold(String::new(), |mut list, sentence| {
            writeln!(list, "- {sentence}").expect("a string takes any text");
            list
        });
        assert!(damage.is_empty(), "other projects were touched:\n{list}");
    }
}

async fn facts(client: &Client) -> Facts {
    strangers::load_facts(client)
        .await
        .expect("a superuser can read everything")
}
