//! The programs that the tests run, and installing those that are missing.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::shell::{self, succeeds};

/// Where Debian and its like put the server's programs.
const DEBIAN_SERVERS: &str = "/usr/lib/postgresql";

/// Something that the tests need.
struct Need {
    /// What it is for, as the first half of a sentence.
    why: &'static str,
    /// The program that is missing then.
    program: &'static str,
    /// The packages of Debian and its like.
    packages: &'static [&'static str],
    /// Homebrew's formula.
    formula: &'static str,
    is_there: fn() -> bool,
}

const POSTGRES: Need = Need {
    why: "the tests start a private PostgreSQL",
    program: "initdb",
    packages: &["postgresql"],
    formula: "postgresql@17",
    is_there: has_initdb,
};

const OTHERS: [Need; 3] = [
    Need {
        why: "the tests drive the sign-in and the page with what people use, which runs in Node",
        program: "node with npm",
        packages: &["nodejs", "npm"],
        formula: "node",
        is_there: || answers("node") && answers("npm"),
    },
    Need {
        why: "the tests drive the page in a real Chromium",
        program: "chromium",
        packages: &["chromium"],
        formula: "--cask chromium",
        is_there: has_chromium,
    },
    Need {
        why: "the tests reach the API's database through PgBouncer",
        program: "pgbouncer with openssl",
        packages: &["pgbouncer", "openssl"],
        formula: "pgbouncer",
        // Debian has it where only root looks.
        is_there: || {
            let pooler = answers("pgbouncer") || answers("/usr/sbin/pgbouncer");
            pooler && succeeds(Command::new("openssl").arg("version"))
        },
    },
];

/// Sees to everything that the tests need.
pub(crate) fn ensure_all() -> Result<()> {
    ensure_postgres()?;
    OTHERS.iter().try_for_each(ensure)
}

/// Sees to the programs of a PostgreSQL server.
pub(crate) fn ensure_postgres() -> Result<()> {
    ensure(&POSTGRES)
}

fn ensure(need: &Need) -> Result<()> {
    if (need.is_there)() {
        return Ok(());
    }
    let Need {
        why,
        program,
        packages,
        formula,
        ..
    } = need;
    let names = packages.join(" ");
    if !may_install() {
        bail!(
            "{why}, and there is no {program}; install it (Debian: `sudo apt-get install {names}`, \
             macOS: `brew install {formula}`) and try again"
        );
    }
    println!("no {program}: installing it from the distribution");
    install(packages)?;
    if !(need.is_there)() {
        bail!("the distribution's {names} is installed, but there is still no {program}");
    }
    Ok(())
}

fn answers(program: &str) -> bool {
    succeeds(Command::new(program).arg("--version"))
}

fn may_install() -> bool {
    let root = fs::metadata("/proc/self").is_ok_and(|it| is_root(&it));
    root && answers("apt-get")
}

/// Only the programs are wanted, not everything that goes well with them.
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

fn on_path(name: &str) -> bool {
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

fn has_initdb() -> bool {
    let in_debian = |folder: &Path| {
        fs::read_dir(folder).is_ok_and(|versions| {
            versions
                .flatten()
                .any(|it| it.path().join("bin/initdb").is_file())
        })
    };
    on_path("initdb") || in_debian(Path::new(DEBIAN_SERVERS))
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
    names.iter().any(|it| on_path(it)) || applications.iter().any(|it| Path::new(it).is_file())
}
