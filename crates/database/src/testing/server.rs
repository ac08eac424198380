//! One server of our own: made, started, and gone without a trace even when the tests are killed.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::TcpListener;
use std::os::unix::fs::{OpenOptionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::tools::{Tools, run};
use crate::scratch::roomy_memory;

/// A port that is free when asked for may be taken a moment later.
const START_ATTEMPTS: u32 = 5;

/// What makes a server differ from the usual one.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Settings as in `postgresql.conf`: name and value.
    pub config: Vec<(String, String)>,
    /// Lines put in front of `pg_hba.conf`.
    pub hba: Vec<String>,
}

/// As long as whom a server lives.
#[derive(Debug)]
pub(super) struct Keeper {
    /// It ends with this process, whatever becomes of that.
    pub(super) process: u32,
    /// Files to remove then.
    pub(super) leftovers: Vec<PathBuf>,
}

impl Keeper {
    /// This process.
    pub(super) fn this() -> Self {
        Self {
            process: std::process::id(),
            leftovers: Vec::new(),
        }
    }
}

/// A server with its data in a folder of its own.
#[derive(Debug)]
pub(super) struct Server {
    tools: Tools,
    /// Holds everything: data, socket, log.
    folder: PathBuf,
    watchdog: Option<Child>,
    pub(super) port: u16,
}

impl Server {
    /// Makes and starts a server whose superuser has this name and password. It lives until it is
    /// dropped, or until its keeper is no more.
    pub(super) fn start(
        superuser: &str,
        password: &str,
        settings: &Settings,
        keeper: &Keeper,
    ) -> Self {
        let tools = Tools::find();
        let folder = make_folder(&tools);
        let mut server = Self {
            watchdog: Some(watch(&tools, &folder, keeper)),
            tools,
            folder,
            port: 0,
        };
        server.init(superuser, password, settings);
        server.boot();
        server
    }

    /// Starts a read-only copy that follows this server, for as long as this process lives.
    pub(super) fn start_standby(&self, superuser: &str) -> Self {
        let folder = make_folder(&self.tools);
        let mut standby = Self {
            watchdog: Some(watch(&self.tools, &folder, &Keeper::this())),
            tools: self.tools.clone(),
            folder,
            port: 0,
        };
        let mut command = self.tools.command("pg_basebackup");
        command
            .arg("-h")
            .arg(self.socket())
            .arg("-D")
            .arg(standby.data());
        command.args(["-U", superuser, "-p", &self.port.to_string()]);
        run(command.args(["-c", "fast", "-R"])).expect("the cluster can be copied");
        standby.boot();
        standby
    }

    /// The folder of its unix socket.
    pub(super) fn socket(&self) -> &Path {
        &self.folder
    }

    /// Leaves it to the watchdog to stop the server.
    pub(super) fn leave(mut self) {
        self.watchdog = None;
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn init(&self, superuser: &str, password: &str, settings: &Settings) {
        let password_file = self.folder.join("password");
        write_private(&password_file, password).expect("the password file can be written");
        if let Some((user, group)) = self.tools.user {
            chown(&password_file, Some(user), Some(group)).expect("root may give a file away");
        }
        let mut command = self.tools.command("initdb");
        command
            .arg("-D")
            .arg(self.data())
            .arg("--pwfile")
            .arg(&password_file)
            .args([
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C",
                "--auth-local=trust",
                "--auth-host=scram-sha-256",
                "-U",
                superuser,
            ]);
        run(&mut command).expect("initdb makes a cluster");
        fs::remove_file(&password_file).expect("the password file can be removed");
        let config = self.data().join("postgresql.conf");
        let lines = settings
            .config
            .iter()
            .map(|(name, value)| format!("{name} = '{value}'\n"));
        let config_text = include_str!("postgresql.conf").to_owned() + &lines.collect::<String>();
        fs::write(config, config_text).expect("the configuration can be written");
        let hba = self.data().join("pg_hba.conf");
        let usual = fs::read_to_string(&hba).expect("initdb writes pg_hba.conf");
        let hba_text = settings.hba.join("\n") + "\n" + &usual;
        fs::write(hba, hba_text).expect("pg_hba.conf can be written");
    }

    /// Starts the server, on a port that is free.
    pub(super) fn boot(&mut self) {
        let mut failure = String::new();
        for _ in 0..START_ATTEMPTS {
            if self.port == 0 || !failure.is_empty() {
                self.port = free_port();
            }
            let options = format!("-p {} -k {}", self.port, self.folder.display());
            let mut command = self.tools.command("pg_ctl");
            command
                .arg("-D")
                .arg(self.data())
                .arg("-l")
                .arg(self.folder.join("log"));
            match run(command.args(["-w", "-o", &options, "start"])) {
                Ok(_) => return,
                Err(error) => failure = error,
            }
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        assert!(
            failure.is_empty(),
            "the server does not start: {failure}\n{log}"
        );
    }

    /// Stops the server as a power failure would.
    pub(super) fn crash(&self) {
        let mut command = self.tools.command("pg_ctl");
        command
            .arg("-D")
            .arg(self.data())
            .args(["-m", "immediate", "-w", "stop"]);
        run(&mut command).expect("pg_ctl stops the server");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let Some(watchdog) = &mut self.watchdog else {
            return;
        };
        // it would find nothing left to do; a panic here would hide the test's own
        watchdog.kill().ok();
        watchdog.wait().ok();
        run(Command::new("sh")
            .arg("-c")
            .arg(end_script(&self.tools, &self.folder)))
        .ok();
    }
}

fn make_folder(tools: &Tools) -> PathBuf {
    // A database is copied there in 35 ms instead of 400.
    let folder = tempfile::Builder::new()
        .prefix("lodger-")
        .tempdir_in(roomy_memory().unwrap_or_else(std::env::temp_dir))
        .expect("the folder for temporary files can be written");
    if let Some((user, group)) = tools.user {
        chown(folder.path(), Some(user), Some(group)).expect("root may give a folder away");
    }
    folder.keep()
}

/// Writes a file that nobody else may read.
pub(super) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("there is a free port")
        .port()
}

/// Starts a process that outlives us and ends the server once its keeper is no more, so that a killed test
/// run leaves nothing behind.
fn watch(tools: &Tools, folder: &Path, keeper: &Keeper) -> Child {
    let mut script = format!(
        "while kill -0 {} 2>/dev/null; do sleep 0.3; done; {}",
        keeper.process,
        end_script(tools, folder)
    );
    for file in &keeper.leftovers {
        script.push_str("; rm -f '");
        script.push_str(&file.to_string_lossy());
        script.push('\'');
    }
    Command::new("sh")
        .args(["-c", &script])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .current_dir("/")
        .process_group(0)
        .spawn()
        .expect("sh can be started")
}

fn end_script(tools: &Tools, folder: &Path) -> String {
    let mut stop = format!(
        "'{}' -D '{}' -m immediate stop",
        tools.path("pg_ctl").display(),
        folder.join("data").display()
    );
    if let Some((user, group)) = tools.user {
        stop = format!("setpriv --reuid={user} --regid={group} --clear-groups {stop}");
    }
    format!("{stop} >/dev/null 2>&1; rm -rf '{}'", folder.display())
}
