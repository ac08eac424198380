//! Lodger's lint, plan and apply beside `psql -1`, on the same files and the same kind of database, in one
//! run: `cargo bench -p lodger --bench side_by_side`. Prints the table of `docs/measurements.md`.
#![expect(
    clippy::print_stdout,
    reason = "the table is what the benchmark is for"
)]
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run says why and stops"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lodger_database::testing::{Cluster, SharedInstance, Variant};

/// How often the cheap commands are timed; the median counts.
const RUNS: usize = 5;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let many = folder.path().join("generated");
    generate(&many, 500);
    println!("| migrations | lint --static | lint | plan | apply | psql -1 |");
    println!("| --- | --- | --- | --- | --- | --- |");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (name, folder, runs) in [("the seed's", &seed, RUNS), ("500 generated", &many, 1)] {
        let lint_static = median(runs.max(3), || lodger(&["lint", "--static"], folder, None));
        let lint = median(runs, || lodger(&["lint"], folder, None));
        let instance = runtime.block_on(instance());
        let plan = median(runs, || lodger(&["plan"], folder, Some(&instance.url())));
        let apply = median(runs.min(3), || {
            let instance = runtime.block_on(self::instance());
            lodger(&["apply"], folder, Some(&instance.url()))
        });
        let psql = median(runs.min(3), || {
            let instance = runtime.block_on(self::instance());
            psql(folder, &instance.url())
        });
        let cell = |time: Duration| format!("{:.2} s", time.as_secs_f64());
        let cells = [lint_static, lint, plan, apply, psql].map(cell).join(" | ");
        println!("| {name} | {cells} |");
    }
}

async fn instance() -> SharedInstance {
    SharedInstance::create(Cluster::shared(), Variant::Plain).await
}

fn median(runs: usize, mut work: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..runs).map(|_| work()).collect();
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn lodger(arguments: &[&str], folder: &Path, url: Option<&str>) -> Duration {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lodger"));
    command
        .args(arguments)
        .arg("--project")
        .arg("measured")
        .arg("--migrations")
        .arg(folder);
    command.current_dir(folder).env_remove("DATABASE_URL");
    if let Some(url) = url {
        command.env("DATABASE_URL", url);
    }
    timed(&mut command)
}

fn psql(folder: &Path, url: &str) -> Duration {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|it| it == "sql"));
    files.sort();
    let mut command = Command::new("psql");
    command.args(["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", url]);
    for file in files {
        command.arg("-f").arg(file);
    }
    timed(&mut command)
}

fn timed(command: &mut Command) -> Duration {
    let started = Instant::now();
    let output = command.stdin(Stdio::null()).output().unwrap();
    let time = started.elapsed();
    let said = || String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        said()
    );
    time
}

/// Writes migrations as people write them: a table of rows that users own, its index, its policy, its grants.
fn generate(folder: &Path, count: usize) {
    fs::create_dir_all(folder).unwrap();
    for number in 1..=count {
        let sql = format!(
            "create table item_{number} (\n    id uuid primary key default gen_random_uuid(),\n    \
             user_id uuid not null references auth.users (id) on delete cascade,\n    title text not null,\n    \
             created_at timestamptz not null default now()\n);\n\
             create index item_{number}_user_id on item_{number} (user_id);\n\
             alter table item_{number} enable row level security;\n\
             create policy item_{number}_owner on item_{number} for all to authenticated\n    \
             using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));\n\
             grant select, insert, update, delete on item_{number} to authenticated, service_role;\n"
        );
        let file = folder.join(format!(
            "{:014}_item_{number}.sql",
            20_251_101_000_000_u64 + number as u64
        ));
        fs::write(file, sql).unwrap();
    }
}
