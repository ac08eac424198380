//! What the tests share: a database into which Lodger brought the store, and users who may ask it.

use std::path::Path;

use lodger_database::apply::{ApplyOptions, ApplyOutcome, apply};
use lodger_database::connect::Session;
use lodger_database::testing::{Cluster, Template, TestDatabase};
use lodger_migration::directory::read_directory;
use lodger_migration::migration::Migration;
use lodger_migration::settings::Settings as ProjectSettings;
use lodger_research::{
    Count, NewSession, PageRequest, Pool, PoolSettings, Principal, Scope, Session as StoredSession,
    Settings, Store,
};
use tokio_postgres::Client;
use uuid::Uuid;

/// The store's home in these tests: a schema of its own, beside other projects' tables.
pub(crate) const HOME: &str = "research";

pub(crate) fn migrations() -> Vec<Migration> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    read_directory(&folder).unwrap().migrations
}

/// Plans and applies the store's migrations, as `lodger apply` does.
pub(crate) async fn bring_in(session: &Session, home: &str) {
    let create = format!(
        "create schema if not exists {home}; grant usage on schema {home} to anon, authenticated, service_role"
    );
    session.client.batch_execute(&create).await.unwrap();
    let mut settings = ProjectSettings::new("research");
    home.clone_into(&mut settings.schema);
    let options = ApplyOptions::default();
    let report = apply(session, &migrations(), &settings, &options, &mut |_| ())
        .await
        .unwrap();
    let found = &report.prepared.plan.diagnostics;
    assert_eq!(report.outcome, ApplyOutcome::Applied, "{found:#?}");
}

/// A session that is there.
pub(crate) async fn new_session(user: &Scope, title: &str) -> StoredSession {
    let made = user.create_session(&NewSession::titled(title)).await;
    made.unwrap()
}

/// The first page, with the number of all.
pub(crate) fn counted() -> PageRequest {
    PageRequest {
        count: Count::Exact,
        ..PageRequest::default()
    }
}

/// A database with the store in it.
pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) store: Store,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(PoolSettings::default()).await
    }

    pub(crate) async fn with(settings: PoolSettings) -> Self {
        let database = Cluster::shared()
            .copy_of("research_store", Template::Shared, async |url| {
                bring_in(&Session::connect(&url).await.unwrap(), HOME).await;
            })
            .await;
        let pool = Pool::new(&database.url(), settings).unwrap();
        let store = Store::new(
            pool,
            Settings {
                home_schema: HOME.to_owned(),
                ..Settings::default()
            },
        );
        Self { database, store }
    }

    /// A new account.
    pub(crate) async fn sign_up(&self, is_anonymous: bool) -> Uuid {
        let id = Uuid::new_v4();
        let email = (!is_anonymous).then(|| format!("{}@example.test", id.simple()));
        let client = self.database.connect_as("supabase_auth_admin").await;
        let sql = "insert into auth.users (id, email, is_anonymous, aud, role, created_at, updated_at) \
                   values ($1, $2, $3, 'authenticated', 'authenticated', now(), now())";
        client
            .execute(sql, &[&id, &email, &is_anonymous])
            .await
            .unwrap();
        id
    }

    /// What a new registered user may ask.
    pub(crate) async fn user(&self) -> Scope {
        let id = self.sign_up(false).await;
        self.store.as_user(&Principal::user(id, false)).unwrap()
    }

    /// What a new anonymous user may ask.
    pub(crate) async fn guest(&self) -> Scope {
        let id = self.sign_up(true).await;
        self.store.as_user(&Principal::user(id, true)).unwrap()
    }

    /// A superuser's connection, with the store's names.
    pub(crate) async fn admin(&self) -> Client {
        let client = self.database.connect_admin().await;
        client
            .batch_execute(&format!("set search_path = {HOME}, extensions"))
            .await
            .unwrap();
        client
    }

    /// The SQLSTATE with which the database itself refuses what goes around the store.
    pub(crate) async fn refusal(&self, sql: &str) -> String {
        let refused = self.admin().await.batch_execute(sql).await.unwrap_err();
        refused.code().unwrap().code().to_owned()
    }

    /// The first column of the first row, as a superuser sees it.
    pub(crate) async fn ask(&self, sql: &str) -> String {
        let rows = self.admin().await.simple_query(sql).await.unwrap();
        let cell = rows.iter().find_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(ToOwned::to_owned),
            _ => None,
        });
        cell.unwrap_or_default()
    }
}
