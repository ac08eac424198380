//! Where cases are played: servers that are kept from case to case, and transactions that are taken back.

use lodger_database::connect::Session;
use lodger_database::prepare::prepare_with;
use lodger_database::shadow::{KeptServers, Shadow};
use lodger_database::testing::{Cluster, Template, TestDatabase};
use lodger_migration::settings::Settings;

use super::instance::{Instance, build};
use super::judge::{Compared, Ended, Exactness, Verdict, judge};
use super::real::execute;
use super::script::{OURS, Script};
use crate::story::migration;

const ENTER: &str = "set search_path = public, extensions; set check_function_bodies = on";
/// On the embedded server, whose one connection is a superuser's.
const BECOME_OWNER: &str = "alter database template1 owner to postgres; \
                            set session authorization postgres";
/// Dead rows of what was taken back slow every look down.
const CASES_BEFORE_CLEANING: usize = 60;

/// What the real run is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A PostgreSQL of this machine.
    Native,
    /// The embedded one.
    Embedded,
}

/// A case that was played.
pub(crate) struct Played {
    pub(crate) verdict: Verdict,
    /// The case without the standing statements that Postgres refused.
    pub(crate) script: Script,
}

/// Servers for one case at a time.
pub(crate) struct Stage {
    /// Dropped with this value.
    database: TestDatabase,
    native: Session,
    servers: KeptServers,
    played: usize,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let database = Cluster::shared().database(Template::Base).await;
        let native = Session::connect(&database.url()).await.unwrap();
        Self {
            database,
            native,
            servers: KeptServers::default(),
            played: 0,
        }
    }

    /// How many embedded servers were started so far.
    pub(crate) fn started(&self) -> usize {
        self.servers.started()
    }

    pub(crate) async fn play(&mut self, script: &Script, target: Target) -> Played {
        self.played += 1;
        if self.played.is_multiple_of(CASES_BEFORE_CLEANING) {
            let admin = self.database.connect_admin().await;
            admin.batch_execute("vacuum").await.unwrap();
        }
        match target {
            Target::Native => {
                let client = &self.native.client;
                client.batch_execute("begin").await.unwrap();
                let played = self
                    .compare(&self.native, script, Exactness::AcrossVersions)
                    .await;
                client.batch_execute("rollback").await.unwrap();
                played
            }
            Target::Embedded => {
                let lent = self.lend().await;
                let client = &lent.session().client;
                client.batch_execute(BECOME_OWNER).await.unwrap();
                let played = self.compare(lent.session(), script, Exactness::Exact).await;
                self.servers.take_back(lent).await;
                played
            }
        }
    }

    async fn lend(&self) -> Shadow {
        let nothing = [migration("20251101000000", "")];
        self.servers.lend(&nothing).await.unwrap()
    }

    async fn compare(&self, session: &Session, script: &Script, exactness: Exactness) -> Played {
        session.client.batch_execute(ENTER).await.unwrap();
        let Instance {
            present,
            mut makers,
            migrations,
            script,
        } = build(session, script).await;
        let settings = Settings::new(OURS);
        let prepared = prepare_with(present, &migrations, &settings, &self.servers).await;
        let prepared = prepared.unwrap();
        let pending = migrations.last().unwrap();
        let planned = prepared.plan.migrations.last().unwrap();
        let run = planned.run.as_ref().unwrap();
        let mut verdict = Verdict::default();
        for (id, said) in &prepared.not_mirrored {
            verdict
                .differing
                .push(format!("not mirrored: {id}: {said}"));
        }
        let real = execute(session, &run.steps).await;
        if let Some(real) = real {
            let compared = Compared {
                migration: pending,
                planned,
                run,
                real: &real,
                exactness,
            };
            let mut judged = judge(&compared, &mut makers);
            verdict.differing.append(&mut judged.differing);
            verdict = Verdict {
                differing: verdict.differing,
                ..judged
            };
        } else {
            verdict.ended = Some(Ended::Stuck);
        }
        Played { verdict, script }
    }
}
