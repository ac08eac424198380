//! Lodger's lint, plan and apply beside `psql -1`, on the same files and the same kind of database, in one
//! run: `cargo bench -p lodger --bench side_by_side`. Prints the tables of `docs/measurements.md`; the second,
//! `lint --static` beside `squawk`, where there is a `squawk` on the PATH (such as that of `squawk-cli` 2.68.0).
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
    let long = folder.path().join("long");
    generate_long(&long, 500);
    beside_squawk(&long);
}

fn beside_squawk(folder: &Path) {
    if Command::new("squawk").arg("--version").output().is_err() {
        println!("no squawk on the PATH to compare with");
        return;
    }
    let squawk = || {
        let mut command = Command::new("squawk");
        command.args(sql_files(folder));
        let started = Instant::now();
        // Its findings are its exit code.
        command.stdin(Stdio::null()).output().unwrap();
        started.elapsed()
    };
    println!("| migrations | lint --static | squawk |");
    println!("| --- | --- | --- |");
    let lint = median(RUNS, || lodger(&["lint", "--static"], folder, None));
    let squawk = median(RUNS, squawk);
    let (lint, squawk) = (lint.as_secs_f64(), squawk.as_secs_f64());
    println!("| 500 of 40 lines | {lint:.2} s | {squawk:.2} s |");
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

/// The migrations of a folder, in order.
fn sql_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|it| it == "sql"));
    files.sort();
    files
}

fn psql(folder: &Path, url: &str) -> Duration {
    let mut command = Command::new("psql");
    command.args(["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", url]);
    for file in sql_files(folder) {
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
    write(folder, count, |number| {
        format!(
            "create table item_{number} (\n    id uuid primary key default gen_random_uuid(),\n    \
             user_id uuid not null references auth.users (id) on delete cascade,\n    title text not null,\n    \
             created_at timestamptz not null default now()\n);\n\
             create index item_{number}_user_id on item_{number} (user_id);\n\
             alter table item_{number} enable row level security;\n\
             create policy item_{number}_owner on item_{number} for all to authenticated\n    \
             using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));\n\
             grant select, insert, update, delete on item_{number} to authenticated, service_role;\n"
        )
    });
}

/// Longer ones, of 40 lines.
fn generate_long(folder: &Path, count: usize) {
    write(folder, count, |number| {
        let text = LONG.replace("{number}", &number.to_string());
        assert_eq!(text.lines().count(), 40);
        text
    });
}

const LONG: &str = "\
-- What users have ordered, with its lines.
create table order_{number} (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    note text,
    placed_at timestamptz not null default now(),
    changed_at timestamptz not null default now()
);
comment on table order_{number} is 'What a user has ordered.';
create index order_{number}_user_id on order_{number} (user_id);

create table line_{number} (
    id bigint generated always as identity primary key,
    order_id uuid not null references order_{number} (id) on delete cascade,
    what text not null,
    amount integer not null default 1 check (amount > 0),
    price numeric(12, 2) not null
);
create index line_{number}_order_id on line_{number} (order_id);

create function order_{number}_changes() returns trigger
language plpgsql set search_path = ''
as $$
begin
    new.changed_at := now();
    return new;
end
$$;
create trigger order_{number}_changes before update on order_{number}
    for each row execute function order_{number}_changes();

alter table order_{number} enable row level security;
alter table line_{number} enable row level security;
create policy order_{number}_owner on order_{number} for all to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy line_{number}_owner on line_{number} for select to authenticated using (
    exists (select from order_{number} as o where o.id = order_id and o.user_id = (select auth.uid()))
);
grant select, insert, update, delete on order_{number} to authenticated;
grant select on line_{number} to authenticated;
";

fn write(folder: &Path, count: usize, sql: impl Fn(usize) -> String) {
    fs::create_dir_all(folder).unwrap();
    for number in 1..=count {
        let version = 20_251_101_000_000_u64 + number as u64;
        let file = folder.join(format!("{version:014}_item_{number}.sql"));
        fs::write(file, sql(number)).unwrap();
    }
}
