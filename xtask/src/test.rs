//! The README's test command: sees to what the tests need, then runs all of them.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::shell::{self, cargo, run_keeping, succeeds};

/// Where Debian and its like put the server's programs.
const DEBIAN_SERVERS: &str = "/usr/lib/postgresql";

/// Runs all tests; gives back the runners' closing lines.
pub(crate) fn run(arguments: &[String]) -> Result<Vec<String>> {
    ensure_postgres()?;
    ensure_node()?;
    ensure_chromium()?;
    ensure_pooler()?;
    let closing = |line: &str| line.trim_start().starts_with("Summary [");
    // A crate without tests of a kind says so too, which tells nobody anything.
    let result =
        |line: &str| line.starts_with("test result:") && !line.contains(" 0 passed; 0 failed");
    if !succeeds(&mut cargo(&["nextest", "--version"])) {
        println!("cargo-nextest is not installed; running `cargo test`, which is slower");
        return run_keeping(cargo(&["test", "--workspace"]).args(arguments), result);
    }
    let mut tests = cargo(&[
        "nextest",
        "run",
        "--workspace",
        "--no-fail-fast",
        "--no-tests",
        "pass",
    ]);
    let mut kept = run_keeping(tests.args(arguments), closing)?;
    if arguments.is_empty() {
        kept.extend(run_keeping(
            &mut cargo(&["test", "--workspace", "--doc"]),
            result,
        )?);
    }
    Ok(kept)
}

/// The tests that need several connections start a private cluster with the machine's `initdb`.
pub(crate) fn ensure_postgres() -> Result<()> {
    if has_initdb() {
        return Ok(());
    }
    if !may_install() {
        bail!(
            "the tests start a private PostgreSQL, and there is no `initdb` on PATH or below \
             {DEBIAN_SERVERS}; install the PostgreSQL server (Debian: `sudo apt-get install postgresql`, \
             macOS: `brew install postgresql@17`) and try again"
        );
    }
    println!("no initdb: installing the PostgreSQL server from the distribution");
    // Only the programs are wanted, not a server that runs.
    install(&["postgresql"])?;
    if !has_initdb() {
        bail!("the package `postgresql` is installed, but there is still no `initdb`");
    }
    Ok(())
}

/// The local sign-in is tested with the client library that people use, which runs in Node.
fn ensure_node() -> Result<()> {
    let there = || {
        let answers = |program| succeeds(Command::new(program).arg("--version"));
        answers("node") && answers("npm")
    };
    if there() {
        return Ok(());
    }
    if !may_install() {
        bail!(
            "the tests drive the sign-in with its real client library, and there is no `node` with `npm` on \
             PATH; install them (Debian: `sudo apt-get install nodejs npm`, macOS: `brew install node`) and try again"
        );
    }
    println!("no node: installing it from the distribution");
    install(&["nodejs", "npm"])?;
    if !there() {
        bail!("the packages `nodejs` and `npm` are installed, but they do not run");
    }
    Ok(())
}

/// The page is tested in a real browser.
fn ensure_chromium() -> Result<()> {
    if has_chromium() {
/// The API is tested through a pooler in transaction mode.
fn ensure_pooler() -> Result<()> {
    // Debian has it where only root looks.
    let there = || {
        let programs = ["pgbouncer", "/usr/sbin/pgbouncer"];
        let mut programs = programs.iter();
        programs.any(|it| succeeds(Command::new(it).arg("--version")))
    };
    if there() {
        return Ok(());
    }
    if !may_install() {
        bail!(
            "the tests drive the page in a real Chromium, and there is none on PATH; install it (Debian: `sudo apt-get \
             install chromium`, macOS: `brew install --cask chromium`) and try again"
        );
    }
    println!("no chromium: installing it from the distribution");
    install(&["chromium"])?;
    if !has_chromium() {
        bail!("the package `chromium` is installed, but it is not on PATH");
            "the tests reach the API's database through PgBouncer, and there is no `pgbouncer` on PATH; install it \
             (Debian: `sudo apt-get install pgbouncer`, macOS: `brew install pgbouncer`) and try again"
        );
    }
    println!("no pgbouncer: installing it from the distribution");
    install(&["pgbouncer", "openssl"])?;
    if !there() {
        bail!("the package `pgbouncer` is installed, but it does not run");
    }
    Ok(())
}

/// The names and places that `crates/http/tests/page/browser.js` looks for, too.
fn has_chromium() -> bool {
    let names = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    let applications = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ];
    let on_path = env::var_os("PATH").is_some_and(|path| {
        env::split_paths(&path).any(|folder| names.iter().any(|it| folder.join(it).is_file()))
    });
    on_path || applications.iter().any(|it| Path::new(it).is_file())
}

fn may_install() -> bool {
    let root = fs::metadata("/proc/self").is_ok_and(|it| is_root(&it));
    root && succeeds(Command::new("apt-get").arg("--version"))
}

fn install(packages: &[&str]) -> Result<()> {
    shell::run(Command::new("apt-get").args(["update", "-qq"]))?;
    let mut install = Command::new("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive");
    install.args(["install", "-y", "-qq", "--no-install-recommends"]);
    shell::run(install.args(packages))
}

#[cfg(unix)]
fn is_root(own_process: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    own_process.uid() == 0
}

#[cfg(not(unix))]
fn is_root(_own_process: &fs::Metadata) -> bool {
    false
}

fn has_initdb() -> bool {
    let on_path = env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join("initdb").is_file()));
    on_path || below_debian_servers(Path::new(DEBIAN_SERVERS))
}

fn below_debian_servers(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|versions| {
        versions
            .flatten()
            .any(|it| it.path().join("bin/initdb").is_file())
    })
}
