//! `PgBouncer` in transaction mode in front of a database of a private cluster.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::cluster::Cluster;
use super::tools::Tools;

/// Where Debian puts it, and its name elsewhere.
const PROGRAMS: [&str; 2] = ["/usr/sbin/pgbouncer", "pgbouncer"];

/// How a pooler lends out its connections to the server.
#[derive(Debug, Clone, Copy)]
pub struct Lending {
    /// How many it has at most; fewer than there are clients, so that these have to share them.
    pub servers: usize,
    /// In turn, rather than the one that was given back last.
    pub in_turn: bool,
}

impl Default for Lending {
    fn default() -> Self {
        Self {
            servers: 2,
            in_turn: false,
        }
    }
}

/// A pooler that may hand out another server connection for every transaction.
#[derive(Debug)]
pub struct Pooler {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Pooler {
    /// Starts one in front of `database`.
    ///
    /// # Panics
    /// When there is no `pgbouncer`, or it does not start.
    #[must_use]
    pub fn start(cluster: &Cluster, role: &str, database: &str, lending: Lending) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|it| it.local_addr())
            .expect("a free port")
            .port();
        let file = folder.path().join("pgbouncer.ini");
        let (server, password) = (cluster.port(), cluster.password());
        let Lending { servers, in_turn } = lending;
        let in_turn = u8::from(in_turn);
        let configuration = format!(
            "[databases]\n{database} = host=127.0.0.1 port={server} dbname={database} user={role} password={password}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
             pool_mode = transaction\ndefault_pool_size = {servers}\nserver_round_robin = {in_turn}\n\
             ignore_startup_parameters = extra_float_digits\n"
        );
        fs::write(&file, configuration).expect("its configuration can be written");
        let tools = Tools::find();
        let mut command = PROGRAMS
            .iter()
            .map(|program| tools.program(program))
            .find(|command| {
                let mut asked = std::process::Command::new(command.get_program());
                asked.arg("--version").output().is_ok()
            })
            .expect("these tests need PgBouncer: apt-get install pgbouncer");
        if let Some((user, group)) = tools.user {
            std::os::unix::fs::chown(folder.path(), Some(user), Some(group))
                .expect("the folder can be given away");
        }
        let child = command
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pgbouncer starts");
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                started.elapsed() < Duration::from_secs(20),
                "pgbouncer does not answer"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        Self {
            child,
            port,
            _folder: folder,
        }
    }

    /// The address of the database through the pooler.
    #[must_use]
    pub fn url(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}@127.0.0.1:{}/{database}", self.port)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
