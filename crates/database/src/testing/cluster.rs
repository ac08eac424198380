//! A cluster for tests: shared by all tests of a run, or private to one.

use std::fs::{self, File};
use std::os::unix::process::parent_id;
use std::path::PathBuf;
use std::sync::OnceLock;

use tokio_postgres::Config;
use tokio_postgres::config::Host;
use uuid::Uuid;

use super::server::{Keeper, Server, Settings, write_private};

/// The address of a running cluster to use instead of starting one, as its superuser, who must not be
/// called `postgres`.
const RUNNING: &str = "LODGER_TEST_CLUSTER";
/// Set by nextest, which gives each test a process of its own: one name for all of a run.
const RUN: &str = "NEXTEST_RUN_ID";

/// The superuser's name. It is not `postgres`, so that this name is free for the role that projects connect
/// as, which is no superuser on the hosted platform.
pub const SUPERUSER: &str = "supabase_admin";
/// The role that every project connects as. It owns the database and is no superuser.
pub const OWNER: &str = "postgres";

/// A PostgreSQL cluster that tests may do anything with.
#[derive(Debug)]
pub struct Cluster {
    address: Config,
    server: Option<Server>,
}

impl Cluster {
    /// The cluster that all tests of this run share: the one named in `LODGER_TEST_CLUSTER`, or one that the
    /// first test to ask starts. It goes away with the run.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| {
            if let Ok(url) = std::env::var(RUNNING) {
                return Self::at(&url);
            }
            match std::env::var(RUN) {
                Ok(run) => Self::at(&of_run(&run)),
                Err(_) => Self::start(),
            }
        })
    }

    /// A cluster of one's own, to be stopped or set up differently.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&Settings::default())
    }

    /// As [`Cluster::start`], with other settings.
    #[must_use]
    pub fn start_with(settings: &Settings) -> Self {
        let password = Uuid::new_v4().simple().to_string();
        let server = Server::start(SUPERUSER, &password, settings, &Keeper::this());
        Self {
            address: address(&url(&server, &password)),
            server: Some(server),
        }
    }

    fn at(url: &str) -> Self {
        Self {
            address: address(url),
            server: None,
        }
    }

    /// Stops a cluster of one's own as a power failure would. Its connections break.
    pub fn crash(&self) {
        self.server
            .as_ref()
            .expect("only a cluster of one's own may be stopped")
            .crash();
    }

    /// Starts it again, at the same address.
    pub fn restart(&mut self) {
        self.server
            .as_mut()
            .expect("only a cluster of one's own may be started")
            .boot();
    }

    /// A read-only replica of a cluster of one's own, with the same roles, passwords and databases.
    #[must_use]
    pub fn start_standby(&self) -> Self {
        let server = self.server.as_ref();
        let server = server.expect("only a cluster of one's own may be copied");
        let standby = server.start_standby(SUPERUSER);
        Self {
            address: address(&url(&standby, &self.password())),
            server: Some(standby),
        }
    }

    /// The unix socket of a cluster of one's own, where no password is asked for.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        let server = self.server.as_ref();
        let server = server.expect("only a cluster of one's own tells its socket");
        server.socket().join(format!(".s.PGSQL.{}", server.port))
    }

    /// How to reach `database` as `role` through the unix socket, where no password is asked for.
    #[must_use]
    pub fn config(&self, role: &str, database: &str) -> Config {
        let mut config = self.address.clone();
        config.user(role).dbname(database);
        config
    }

    /// The address of `database` for `role`, as libpq reads it.
    #[must_use]
    pub fn url(&self, role: &str, database: &str) -> String {
        let host = match self.address.get_hosts().first() {
            Some(Host::Unix(folder)) => folder.display().to_string().replace('/', "%2F"),
            Some(Host::Tcp(host)) => host.clone(),
            None => "localhost".to_owned(),
        };
        let password = self.password();
        format!(
            "postgres://{role}:{password}@{host}:{}/{database}",
            self.port()
        )
    }

    /// The same through TCP, where the password is checked.
    #[must_use]
    pub fn tcp_url(&self, role: &str, database: &str, password: &str) -> String {
        format!(
            "postgres://{role}:{password}@127.0.0.1:{}/{database}",
            self.port()
        )
    }

    /// The superuser's name.
    #[must_use]
    pub fn superuser(&self) -> String {
        self.address.get_user().unwrap_or(SUPERUSER).to_owned()
    }

    /// The password of the superuser, and of every role that a test database gives one.
    #[must_use]
    pub fn password(&self) -> String {
        let password = self.address.get_password().unwrap_or_default();
        String::from_utf8_lossy(password).into_owned()
    }

    /// The port it listens on, for TCP and for the name of its unix socket.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.get_ports().first().copied().unwrap_or(5432)
    }
}

fn address(url: &str) -> Config {
    url.parse().expect("the address of the cluster can be read")
}

fn url(server: &Server, password: &str) -> String {
    let folder = server.socket().display().to_string().replace('/', "%2F");
    format!(
        "postgres://{SUPERUSER}:{password}@{folder}:{}/postgres",
        server.port
    )
}

/// The address of the run's cluster. The first test that asks starts it, the others wait.
fn of_run(run: &str) -> String {
    let file = |suffix: &str| -> PathBuf {
        std::env::temp_dir().join(format!("lodger-tests-{run}.{suffix}"))
    };
    let lock = File::create(file("lock")).expect("the folder for temporary files can be written");
    lock.lock().expect("a file can be locked");
    if let Ok(url) = fs::read_to_string(file("url")) {
        return url;
    }
    let password = Uuid::new_v4().simple().to_string();
    let keeper = Keeper {
        process: parent_id(),
        leftovers: vec![file("lock"), file("url")],
    };
    let server = Server::start(SUPERUSER, &password, &Settings::default(), &keeper);
    let url = url(&server, &password);
    write_private(&file("url"), &url).expect("the folder for temporary files can be written");
    server.leave();
    url
}
