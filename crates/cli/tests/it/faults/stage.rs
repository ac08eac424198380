//! A cluster of its own, and copies of its databases.

use lodger_database::base::strangers::Facts;
use lodger_database::testing::{Cluster, OWNER, Settings, connect};

use super::line::Line;
use super::operation::Place;
use crate::killed::scene::facts;
use crate::killed::server::{NAME, make_instance};

const TERMINATE: &str = "select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()";

/// A cluster that may go down.
pub(super) struct Stage {
    pub(super) cluster: Cluster,
    /// The instance when nobody but the other projects has used it.
    others: Facts,
}

impl Stage {
    /// One with a shared instance in it.
    pub(super) async fn start() -> Self {
        // Test clusters do not wait for the disk; here what is committed has to stay.
        let cluster = Cluster::start_with(&Settings {
            config: vec![("synchronous_commit".into(), "on".into())],
            ..Settings::default()
        });
        make_instance(&cluster).await;
        let others = facts(&cluster.url(&cluster.superuser(), NAME)).await;
        Self { cluster, others }
    }

    /// What was done to the other projects.
    pub(super) async fn damage(&self, place: &Place) -> Vec<String> {
        self.others.damage(&facts(&place.admin).await)
    }

    pub(super) fn place(&self, database: &str) -> Place {
        Place {
            url: self.cluster.url(OWNER, database),
            admin: self.cluster.url(&self.cluster.superuser(), database),
        }
    }

    /// A line to the server of this cluster, and the address of a database at its other end.
    pub(super) fn url_through(line: &Line, database: &str) -> String {
        format!("postgres://{OWNER}@127.0.0.1:{}/{database}", line.port())
    }

    /// A shared instance that nobody has used.
    pub(super) async fn instance(&self, name: &str) -> Place {
        self.copy(NAME, name).await
    }

    /// A copy of a database, in place of one with that name. Copying files ends with a checkpoint: what a crash
    /// replays begins after it.
    pub(super) async fn copy(&self, from: &str, to: &str) -> Place {
        let admin = connect(&self.cluster.config(&self.cluster.superuser(), "postgres")).await;
        let drop = format!("drop database if exists {to} with (force)");
        admin.batch_execute(&drop).await.unwrap();
        let copy = format!("create database {to} template {from} owner {OWNER} strategy file_copy");
        // A connection to it is closed a moment later than dropped.
        while let Err(error) = admin.batch_execute(&copy).await {
            let said = error.to_string();
            assert!(
                error.code().is_some_and(|it| it.code() == "55006"),
                "{said}"
            );
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        self.place(to)
    }

    pub(super) async fn terminate_backends(&self, place: &Place) {
        let admin = connect(&place.admin.parse().unwrap()).await;
        admin.query(TERMINATE, &[]).await.unwrap();
    }
}
