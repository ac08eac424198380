//! Databases of a test cluster: copied from a template, dropped when the test is over.

use std::thread;
use std::time::Duration;

use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls};
use uuid::Uuid;

use super::cluster::{Cluster, OWNER};
use crate::base::{self, strangers};

/// Held while a template is made, so that only one process makes it.
const TEMPLATE_LOCK: i64 = 0x6c6f_6467_6572;

/// Held while a database that tests copy is made.
const COPY_LOCK: i64 = 0x6c6f_6467_6573;

/// What a new database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// Nothing: not even Supabase's schemas.
    Empty,
    /// The Supabase-shaped base.
    Base,
    /// Another project's objects as well: see [`strangers::INSTANCE`].
    Shared,
    /// And a third project's: see [`strangers::SESSION_STATUS`].
    SharedEnum,
}

impl Template {
    fn name(self) -> &'static str {
        match self {
            Self::Empty => "template0",
            Self::Base => "lodger_base",
            Self::Shared => "lodger_shared",
            Self::SharedEnum => "lodger_shared_enum",
        }
    }

    /// The template that this one is made from.
    fn source(self) -> Option<Self> {
        match self {
            Self::Empty => None,
            Self::Base => Some(Self::Empty),
            Self::Shared => Some(Self::Base),
            Self::SharedEnum => Some(Self::Shared),
        }
    }
}

/// A database that is dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    cluster: &'static Cluster,
    name: String,
}

impl TestDatabase {
    /// Its address for the role that projects connect as.
    #[must_use]
    pub fn url(&self) -> String {
        self.cluster.url(OWNER, &self.name)
    }

    /// Its address for the superuser.
    #[must_use]
    pub fn admin_url(&self) -> String {
        self.cluster.url(&self.cluster.superuser(), &self.name)
    }

    /// Its address through TCP, where this password must be right.
    #[must_use]
    pub fn tcp_url(&self, password: &str) -> String {
        self.cluster.tcp_url(OWNER, &self.name, password)
    }

    /// A connection as the role that projects connect as.
    pub async fn connect(&self) -> Client {
        self.connect_as(OWNER).await
    }

    /// A connection as another role that may log in, such as `supabase_auth_admin`.
    pub async fn connect_as(&self, role: &str) -> Client {
        connect(&self.cluster.config(role, &self.name)).await
    }

    /// A connection as the superuser.
    pub async fn connect_admin(&self) -> Client {
        self.connect_as(&self.cluster.superuser()).await
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The cluster that it is in.
    #[must_use]
    pub fn cluster(&self) -> &'static Cluster {
        self.cluster
    }
}

impl Drop for TestDatabase {
    /// On a thread of its own, because this one may be running the test's async code.
    fn drop(&mut self) {
        let config = self.cluster.config(&self.cluster.superuser(), "postgres");
        let statement = format!("drop database if exists {} with (force)", self.name);
        let work = move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .ok()?;
            runtime.block_on(async {
                let (client, connection) = config.connect(NoTls).await.ok()?;
                tokio::spawn(connection);
                client.batch_execute(&statement).await.ok()
            })
        };
        // a database that stays behind goes with the cluster; a panic here would hide the test's own
        thread::spawn(work).join().ok();
    }
}

impl Cluster {
    /// A new database, owned by the role that projects connect as.
    pub async fn database(&'static self, template: Template) -> TestDatabase {
        let admin = self.admin("postgres").await;
        let mut line = vec![template];
        while let Some(source) = line.last().and_then(|it| it.source()) {
            line.push(source);
        }
        for template in line.into_iter().rev() {
            self.ensure(&admin, template).await;
        }
        let name = format!("test_{}", Uuid::new_v4().simple());
        copy(&admin, &name, template).await;
        TestDatabase {
            cluster: self,
            name,
        }
    }

    /// A copy of a database that is made once for all tests of a run: `fill` gets the address of a new one for
    /// the role that projects connect as. No connection to it may be left open.
    pub async fn copy_of(
        &'static self,
        name: &str,
        source: Template,
        fill: impl AsyncFnOnce(String),
    ) -> TestDatabase {
        let admin = self.admin("postgres").await;
        let lock = |function| format!("select {function}({COPY_LOCK})");
        if !exists(&admin, name).await {
            run(&admin, &lock("pg_advisory_lock")).await;
            if !exists(&admin, name).await {
                let unfinished = self.database(source).await;
                fill(unfinished.url()).await;
                rename(&admin, unfinished.name(), name).await;
            }
            run(&admin, &lock("pg_advisory_unlock")).await;
        }
        let copy = format!("test_{}", Uuid::new_v4().simple());
        run(
            &admin,
            &format!("create database {copy} template {name} owner {OWNER}"),
        )
        .await;
        TestDatabase {
            cluster: self,
            name: copy,
        }
    }

    async fn admin(&self, database: &str) -> Client {
        connect(&self.config(&self.superuser(), database)).await
    }

    /// Makes the template if this is the first time that it is asked for.
    async fn ensure(&self, admin: &Client, template: Template) {
        if is_ready(admin, template).await {
            return;
        }
        let lock = |function| format!("select {function}({TEMPLATE_LOCK})");
        run(admin, &lock("pg_advisory_lock")).await;
        if !is_ready(admin, template).await {
            match template.source() {
                None => self.make_roles(admin).await,
                Some(source) => self.make(admin, template, source).await,
            }
        }
        run(admin, &lock("pg_advisory_unlock")).await;
    }

    /// Makes it under another name first, so that one left unfinished is not taken for the template.
    async fn make(&self, admin: &Client, template: Template, source: Template) {
        let unfinished = format!("{}_unfinished", template.name());
        run(
            admin,
            &format!("drop database if exists {unfinished} with (force)"),
        )
        .await;
        copy(admin, &unfinished, source).await;
        self.fill(&unfinished, template).await;
        rename(admin, &unfinished, template.name()).await;
    }

    /// The landlord's part as the superuser, the other projects' as the role that they all share.
    async fn fill(&self, database: &str, template: Template) {
        let strangers = match template {
            Template::Empty => return,
            Template::Base => {
                let client = self.admin(database).await;
                let done = base::install(&client).await;
                return done.expect("the base can be installed");
            }
            Template::Shared => strangers::INSTANCE,
            Template::SharedEnum => strangers::SESSION_STATUS,
        };
        run(&connect(&self.config(OWNER, database)).await, strangers).await;
    }

    /// Roles belong to the cluster, and the one that owns databases must be there before the first of them.
    async fn make_roles(&self, admin: &Client) {
        run(admin, base::ROLES).await;
        let password = self.password();
        let logins = admin
            .query(
                "select rolname from pg_catalog.pg_roles where rolcanlogin and not rolsuper",
                &[],
            )
            .await
            .expect("the roles can be read");
        for row in logins {
            let role: String = row.get(0);
            run(
                admin,
                &format!("alter role \"{role}\" password '{password}'"),
            )
            .await;
        }
    }
}

/// Connects, and drives the connection until the client is dropped.
pub async fn connect(config: &Config) -> Client {
    let (client, connection) = config
        .connect(NoTls)
        .await
        .unwrap_or_else(|error| panic!("the test cluster refuses a connection: {error:?}"));
    tokio::spawn(connection);
    client
}

async fn is_ready(admin: &Client, template: Template) -> bool {
    let (sql, name) = match template {
        Template::Empty => ("select from pg_catalog.pg_roles where rolname = $1", OWNER),
        Template::Base | Template::Shared | Template::SharedEnum => (
            "select from pg_catalog.pg_database where datname = $1",
            template.name(),
        ),
    };
    let found = admin.query(sql, &[&name]).await;
    !found.expect("the catalog can be read").is_empty()
}

async fn exists(admin: &Client, name: &str) -> bool {
    let sql = "select from pg_catalog.pg_database where datname = $1";
    let found = admin.query(sql, &[&name]).await;
    !found.expect("the catalog can be read").is_empty()
}

/// The connection that filled a database is closed a moment later than dropped.
async fn rename(admin: &Client, from: &str, to: &str) {
    let rename = format!("alter database {from} rename to {to}");
    while let Err(error) = admin.batch_execute(&rename).await {
        assert_eq!(error.code(), Some(&SqlState::OBJECT_IN_USE), "{error}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn copy(admin: &Client, name: &str, template: Template) {
    let source = template.name();
    run(
        admin,
        &format!("create database {name} template {source} owner {OWNER}"),
    )
    .await;
}

async fn run(client: &Client, sql: &str) {
    let done = client.batch_execute(sql).await;
    done.unwrap_or_else(|error| panic!("{sql} failed: {error:?}"));
}
