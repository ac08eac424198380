//! Everything that is measured, one after the other; the machine should do nothing else meanwhile.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::needs;
use crate::shell::{self, cargo, root};

/// What `--help` says beyond the first line.
pub(crate) const ABOUT: &str = "\
Measure commands, sign-ins, the API and the first start beside the tools of the field

Prints the tables of docs/measurements.md. All parts together take about 35 minutes on 2 cores, and are worth something on a \
machine that does nothing else meanwhile:

  side_by_side  2 min  lint, plan, apply beside psql -1: the seed's migrations, 500 others
  replay        2 min  lint beside psql -1, in turn: 500 files of 5 statements, 500 of 40 lines
  linters       1 min  lint --static beside squawk and eugene
  scale         1 min  plan where others have up to 5,000 tables
  chores        1 min  20 small migrations: lodger, psql, dbmate, sqlx, supabase
  sign_in       9 min  how long sign-ins wait while these add a key to auth.users
  listeners     2 min  a thousand streams at one server
  start         1 min  lodger up in an empty folder and once more; memory, size
  api           7 min  requests per second beside pgbench, FastAPI, postrust; transfers
  growth        6 min  requests per second at 10,000 to 1,000,000 sessions
  size          6 min  the program without the embedded Postgres: builds it twice

Needed: a PostgreSQL server's programs with pgbench, psql, wrk, curl and openssl.

Left out with a sentence where they are missing: squawk, eugene, dbmate, sqlx, supabase and postrust, on the PATH or where \
PEER_SQUAWK, PEER_EUGENE, PEER_DBMATE, PEER_SQLX, PEER_SUPABASE and PEER_POSTRUST say; FastAPI where PEER_PYTHON is a Python \
that has fastapi, uvicorn, asyncpg and pyjwt.

BENCH_RUNS, BENCH_EVENTS, SIGN_IN_ROWS, SESSIONS, USERS, SIZES, SECONDS_EACH, ROUNDS and TRANSFERS make it shorter or longer.";

/// In Rust, on a PostgreSQL of their own: `crates/cli/benches/measure`.
const COMMANDS: [&str; 8] = [
    "side_by_side",
    "replay",
    "linters",
    "scale",
    "chores",
    "sign_in",
    "listeners",
    "start",
];
/// Over HTTP, by scripts of `benches/api`.
const SCRIPTS: [(&str, &str); 2] = [("api", "run.sh"), ("growth", "scale.sh")];
/// The program with and without the embedded Postgres.
const SIZE: &str = "size";

/// Prints the tables of which `docs/measurements.md` keeps a copy: those of the parts that are named, or all.
pub(crate) fn run(parts: &[String]) -> Result<()> {
    let known: Vec<&str> = COMMANDS
        .into_iter()
        .chain(SCRIPTS.map(|(part, _)| part))
        .chain([SIZE])
        .collect();
    if let Some(part) = parts.iter().find(|it| !known.contains(&it.as_str())) {
        bail!("nothing is called {part}; there are {}", known.join(", "));
    }
    let is_wanted = |part: &str| parts.is_empty() || parts.iter().any(|it| it == part);
    needs::ensure_postgres()?;
    let commands: Vec<&str> = COMMANDS.into_iter().filter(|it| is_wanted(it)).collect();
    if !commands.is_empty() {
        let mut bench = cargo(&["bench", "--package", "lodger", "--bench", "measure", "--"]);
        shell::run(bench.args(commands))?;
    }
    for (part, script) in SCRIPTS {
        if is_wanted(part) {
            println!("\n## {part}\n");
            build(&[])?;
            shell::run(Command::new("bash").arg(root().join("benches/api").join(script)))?;
        }
    }
    if is_wanted(SIZE) {
        println!("\n## {SIZE}\n");
        measure_sizes()?;
    }
    Ok(())
}

/// The whole program is built last, so that it is what lies there afterwards.
fn measure_sizes() -> Result<()> {
    build(&["--no-default-features"])?;
    let without = size()?;
    build(&[])?;
    let with = size()?;
    println!("| the program | |\n| --- | --- |");
    println!("| with the embedded Postgres | {with} MB |");
    println!("| `--no-default-features` | {without} MB |");
    Ok(())
}

fn build(features: &[&str]) -> Result<()> {
    let mut build = cargo(&["build", "--quiet", "--release", "--package", "lodger"]);
    shell::run(build.args(features))
}

/// In millions of bytes.
fn size() -> Result<u64> {
    let program = root().join("target/release/lodger");
    let found = fs::metadata(&program);
    let found = found.with_context(|| format!("there is no {}", program.display()))?;
    Ok(found.len() / 1_000_000)
}
