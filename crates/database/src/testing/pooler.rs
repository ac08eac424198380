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

/// A pooler that hands out another server connection for every transaction.
#[derive(Debug)]
pub struct Pooler {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Pooler {
    /// Starts one in front of `database`, with few server connections, so that clients have to share them.
    ///
    /// # Panics
    /// When there is no `pgbouncer`, or it does not start.
    #[must_use]
    pub fn start(cluster: &Cluster, role: &str, database: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|it| it.local_addr())
            .expect("a free port")
            .port();
        let file = folder.path().join("pgbouncer.ini");
        let (server, password) = (cluster.port(), cluster.password());
        let configuration = format!(
            "[databases]\n{database} = host=127.0.0.1 port={server} dbname={database} user={role} password={password}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
             pool_mode = transaction\ndefault_pool_size = 2\nignore_startup_parameters = extra_float_digits\n"
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
