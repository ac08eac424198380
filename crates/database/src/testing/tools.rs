//! PostgreSQL's own programs on this machine, and the user who may run them.

use std::ffi::OsStr;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Names a folder with `initdb`, `pg_ctl` and `postgres`, to test against another version.
const OVERRIDE: &str = "LODGER_TEST_PG_BIN";

/// PostgreSQL refuses to run as root; these users usually exist, and own nothing that matters here.
const STAND_INS_FOR_ROOT: &[&str] = &["postgres", "nobody"];

/// Where PostgreSQL's programs are, and as whom they run.
#[derive(Debug, Clone)]
pub(super) struct Tools {
    folder: PathBuf,
    /// User and group, where we are root.
    pub(super) user: Option<(u32, u32)>,
}

impl Tools {
    pub(super) fn find() -> Self {
        let folder = std::env::var_os(OVERRIDE)
            .map(PathBuf::from)
            .or_else(on_path)
            .or_else(told_by_pg_config)
            .or_else(newest_of_debian);
        let folder = folder.filter(|it| it.join("initdb").is_file());
        Self {
            folder: folder.expect(
                "These tests need a PostgreSQL server, and no `initdb` was found. On Debian and Ubuntu: \
                 apt-get install postgresql. Elsewhere, put the folder with initdb on PATH or name it in \
                 LODGER_TEST_PG_BIN.",
            ),
            user: unprivileged_user(),
        }
    }

    /// A command that runs one of the programs, detached from our terminal and signals.
    pub(super) fn command(&self, program: &str) -> Command {
        self.program(self.folder.join(program))
    }

    /// The same for a program that lies elsewhere.
    pub(super) fn program(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.stdin(Stdio::null()).process_group(0);
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group).current_dir("/");
        }
        command
    }

    pub(super) fn path(&self, program: &str) -> PathBuf {
        self.folder.join(program)
    }
}

/// Runs a command to its end.
pub(super) fn run(command: &mut Command) -> Result<String, String> {
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    match command.output() {
        Ok(output) if output.status.success() => Ok(said(&output.stdout)),
        Ok(output) => Err(format!(
            "{command:?} failed: {}\n{}\n{}",
            output.status,
            said(&output.stdout),
            said(&output.stderr)
        )),
        Err(error) => Err(format!("{command:?} could not be started: {error}")),
    }
}

fn on_path() -> Option<PathBuf> {
    let found = std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join("initdb"))
        .find(|program| program.is_file())?;
    // a link on PATH leads to the folder in which the other programs are as well
    Some(found.canonicalize().ok()?.parent()?.to_owned())
}

fn told_by_pg_config() -> Option<PathBuf> {
    let folder = run(Command::new("pg_config").arg("--bindir")).ok()?;
    Some(PathBuf::from(folder)).filter(|it| it.join("initdb").is_file())
}

fn newest_of_debian() -> Option<PathBuf> {
    let version = |folder: &Path| folder.file_name()?.to_str()?.parse::<u32>().ok();
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let newest = versions
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|folder| folder.join("bin/initdb").is_file())
        .max_by_key(|folder| version(folder))?;
    Some(newest.join("bin"))
}

fn unprivileged_user() -> Option<(u32, u32)> {
    let ours = std::fs::metadata("/proc/self").map_or(1, |it| it.uid());
    if ours != 0 {
        return None;
    }
    let number = |option: &str, user: &str| -> Option<u32> {
        let arguments = [option, user].map(OsStr::new);
        run(Command::new("id").args(arguments)).ok()?.parse().ok()
    };
    let found = STAND_INS_FOR_ROOT
        .iter()
        .find_map(|user| Some((number("-u", user)?, number("-g", user)?)));
    assert!(
        found.is_some(),
        "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody` to run it as."
    );
    found
}
