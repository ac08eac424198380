//! `lodger plan` on databases in which others have more and more tables: `cargo bench -p lodger --bench scale`.
//! Prints the table of `docs/measurements.md`.
#![expect(
    clippy::print_stdout,
    reason = "the table is what the benchmark is for"
)]
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run says why and stops"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lodger_database::testing::{Cluster, SharedInstance, Variant};

/// How often each is timed; the median counts.
const RUNS: usize = 5;
/// How many tables others have, beside those of the shared instance.
const TABLES: [usize; 5] = [50, 500, 1_000, 2_000, 5_000];

fn main() {
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    println!("| tables | plan |");
    println!("| --- | --- |");
    for tables in TABLES {
        let instance = runtime.block_on(instance(tables));
        let time = median(|| plan(&seed, &instance.url()));
        println!("| {tables} | {:.2} s |", time.as_secs_f64());
    }
}

/// A shared instance on which somebody else has many tables, each with a key to the users, an index,
/// row-level security, a policy and grants.
async fn instance(tables: usize) -> SharedInstance {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let client = instance.connect().await;
    // In transactions of a hundred: each table takes about ten locks.
    for first in (1..=tables).step_by(100) {
        let last = tables.min(first + 99);
        let sql: String = (first..=last).map(table).collect();
        client.batch_execute(&sql).await.unwrap();
    }
    client.batch_execute("analyze").await.unwrap();
    instance
}

fn table(number: usize) -> String {
    format!(
        "create table stranger_{number} (\n    id uuid primary key default gen_random_uuid(),\n    \
         user_id uuid not null references auth.users (id) on delete cascade,\n    title text not null,\n    \
         created_at timestamptz not null default now()\n);\n\
         create index stranger_{number}_user_id on stranger_{number} (user_id);\n\
         alter table stranger_{number} enable row level security;\n\
         create policy stranger_{number}_owner on stranger_{number} for all to authenticated\n    \
         using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));\n\
         grant select, insert, update, delete on stranger_{number} to authenticated, service_role;\n"
    )
}

fn median(mut work: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| work()).collect();
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn plan(folder: &Path, url: &str) -> Duration {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lodger"));
    command.args(["plan", "--project", "measured", "--migrations"]);
    command.arg(folder).current_dir(folder);
    command.env("DATABASE_URL", url).stdin(Stdio::null());
    let started = Instant::now();
    let output = command.output().unwrap();
    let time = started.elapsed();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    time
}
