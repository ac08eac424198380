//! A project on the shared instance: its migrations, applied through the guard.

use lodger_database::apply::{ApplyOptions, ApplyOutcome, apply};
use lodger_database::bookkeeping;
use lodger_database::catalog::load_snapshot;
use lodger_database::connect::Session;
use lodger_database::testing::{Cluster, SharedInstance, Variant};
use lodger_migration::catalog::difference_within;
use lodger_migration::migration::Migration;
use lodger_migration::parse::parse_migration;
use lodger_migration::settings::Settings;

/// A project whose migrations are applied to a shared instance.
pub(crate) struct Project {
    pub(crate) instance: SharedInstance,
    pub(crate) session: Session,
    pub(crate) migrations: Vec<Migration>,
    pub(crate) settings: Settings,
}

/// Sessions and their draft files, owned by `auth.users`.
pub(crate) const RESEARCH: &str = include_str!("research.sql");

pub(crate) fn migration(version: &str, text: &str) -> Migration {
    parse_migration(
        version,
        "test",
        &format!("{version}_test.sql"),
        text.as_bytes(),
    )
}

impl Project {
    /// Nothing is applied yet.
    pub(crate) async fn new(texts: &[&str]) -> Self {
        let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
        let session = Session::connect(&instance.url()).await.unwrap();
        let numbered = texts.iter().zip(1..);
        Self {
            instance,
            session,
            migrations: numbered
                .map(|(text, number)| migration(&format!("2025110100000{number}"), text))
                .collect(),
            settings: Settings::new("research"),
        }
    }

    pub(crate) async fn applied(texts: &[&str]) -> Self {
        let project = Self::new(texts).await;
        project.apply().await;
        project
    }

    /// What `sql` makes is this project's, as if it had been applied: quick, where apply is not the point.
    pub(crate) async fn claimed(sql: &str) -> Self {
        let project = Self::new(&[]).await;
        project.claim(sql).await;
        project
    }

    /// The migrations are recorded as there already, and what they make is claimed.
    pub(crate) async fn baseline(texts: &[&str]) -> Self {
        let project = Self::new(texts).await;
        for migration in &project.migrations {
            project.claim(&migration.text).await;
            let client = &project.session.client;
            let recorded = bookkeeping::record_baseline(client, "research", migration).await;
            recorded.unwrap();
        }
        project
    }

    /// Makes more, and claims it.
    pub(crate) async fn claim(&self, sql: &str) {
        bookkeeping::ensure(&self.session).await.unwrap();
        let client = &self.session.client;
        let before = load_snapshot(client).await.unwrap();
        self.run(&format!(
            "set search_path = public, extensions; {sql}; reset search_path"
        ))
        .await;
        let after = load_snapshot(client).await.unwrap();
        let made = difference_within(&before, &after);
        let made: Vec<_> = made
            .created()
            .map(|id| (id.clone(), after.get(id).unwrap().oid))
            .collect();
        bookkeeping::claim(client, &self.settings.project, None, &made)
            .await
            .unwrap();
    }

    pub(crate) async fn apply(&self) {
        let report = apply(
            &self.session,
            &self.migrations,
            &self.settings,
            &ApplyOptions::default(),
            &mut |_| {},
        )
        .await
        .unwrap();
        let found = &report.prepared.plan.diagnostics;
        assert_eq!(report.outcome, ApplyOutcome::Applied, "{found:#?}");
    }

    /// Runs SQL as the role that projects connect as.
    pub(crate) async fn run(&self, sql: &str) {
        let done = self.session.client.batch_execute(sql).await;
        assert!(done.is_ok(), "{sql}: {done:?}");
    }

    /// Runs SQL as the superuser.
    pub(crate) async fn run_as_superuser(&self, sql: &str) {
        let client = self.instance.connect_admin().await;
        let done = client.batch_execute(sql).await;
        assert!(done.is_ok(), "{sql}: {done:?}");
    }
}
