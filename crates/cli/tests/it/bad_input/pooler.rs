//! Behind a transaction pooler a connection has no session: the lock of an apply could not be kept.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use lodger_database::testing::{Cluster, OWNER, SharedInstance, Variant, connect};

use crate::project::Project;

/// A running `pgbouncer` in front of one database.
struct Pooler {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Pooler {
    /// `None` where it is not installed.
    fn start(instance: &SharedInstance, turns: bool) -> Option<Self> {
        let path = env::var_os("PATH")?;
        let program = env::split_paths(&path)
            .map(|folder| folder.join("pgbouncer"))
            .find(|program| program.is_file())?;
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let url = instance.url();
        let (host, server) = url.split_once('@').unwrap().1.split_once(':').unwrap();
        let server = server.split_once('/').unwrap().0;
        let host = host.replace("%2F", "/");
        let name = instance.database().name();
        let turns = u8::from(turns);
        let config = format!(
            "[databases]\n{name} = host={host} port={server} user={OWNER}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = any\npool_mode = transaction\nserver_round_robin = {turns}\n\
             ignore_startup_parameters = extra_float_digits\n"
        );
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, config).unwrap();
        let mut command = Command::new(program);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let is_root = std::os::unix::fs::MetadataExt::uid(&fs::metadata("/proc/self").ok()?) == 0;
        if is_root {
            command.args(["-u", "nobody"]);
        }
        let child = command.arg(&file).spawn().unwrap();
        Some(Self {
            child,
            port,
            _folder: folder,
        })
    }

    async fn wait(&self) {
        let patience = Instant::now() + Duration::from_secs(20);
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port))
            .await
            .is_err()
        {
            assert!(Instant::now() < patience, "PgBouncer does not listen");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_refuses_a_pooler_that_lends_the_latest_server() {
    a_transaction_pooler_is_refused(false, 1).await;
    a_transaction_pooler_is_refused(false, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_refuses_a_pooler_that_lends_servers_in_turn() {
    for servers in 1..=3 {
        a_transaction_pooler_is_refused(true, servers).await;
    }
}

async fn a_transaction_pooler_is_refused(turns: bool, servers: usize) {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let pooler = Pooler::start(&instance, turns)
        .expect("pgbouncer is on PATH: `cargo xtask test` installs it");
    pooler.wait().await;
    let name = instance.database().name();
    let url = format!("postgres://{OWNER}@127.0.0.1:{}/{name}", pooler.port);
    let project = Project::right(url.clone());
    let ended = project.run(&["plan"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for _ in 0..2 {
        warm(&url, servers).await;
        let ended = project.run(&["apply"]);
        ended.assert_error(3, "goes through a transaction pooler");
        assert!(ended.err.contains("5432"), "{ended:?}");
    }
    let lodger = "select from pg_namespace where nspname = 'lodger'";
    let there = instance.connect().await.query(lodger, &[]).await.unwrap();
    assert!(there.is_empty());
    instance.assert_strangers_untouched().await;

    // no lock stayed behind on one of the pooler's servers
    let ended = project.at(instance.url()).run(&["apply"]);
    assert_eq!(ended.code, 0, "{ended:?}");
}

/// Transactions at once make the pooler open that many connections to the server, and keep them.
async fn warm(url: &str, servers: usize) {
    let config = url.parse().unwrap();
    let mut open = Vec::new();
    for _ in 0..servers {
        let one = connect(&config).await;
        one.batch_execute("begin").await.unwrap();
        open.push(one);
    }
    for one in &open {
        one.batch_execute("rollback").await.unwrap();
    }
}
