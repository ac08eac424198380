//! How long the longest sign-in waits while a foreign key to `auth.users` goes on a table with rows; and while that
//! itself stands behind a transaction of somebody else's. `SIGN_IN_ROWS` says how many rows, separated by commas.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use lodger_database::testing::{Cluster, Template, TestDatabase, connect};
use tempfile::TempDir;

use crate::applier::{Applier, Kind};
use crate::commands::lodger;
use crate::generated::{Migration, write};
use crate::instances::{address, runtime};
use crate::sign_ins::{InTheWay, SignIns};
use crate::timing::{head, milliseconds, quantile, row, runs, seconds, timed, timed_any};

const TABLE: &str = include_str!("visits.sql");
const FILL: &str = include_str!("visits_fill.sql");
const KEY: &str = include_str!("visits_key.sql");
const KEY_FIRST: &str = include_str!("visits_key_first.sql");
const KEY_SECOND: &str = include_str!("visits_key_second.sql");
/// How long the transaction in the way goes on once a migration waits for it.
const HOLD: Duration = Duration::from_secs(5);

pub(crate) fn run() {
    let ways = ways();
    let sizes = sizes();
    let names = sizes.iter().map(|it| format!("{it} rows"));
    let mut columns = vec!["longest sign-in while".to_owned()];
    columns.extend(names);
    head(&columns);
    let mut cells = vec!["nothing happens for 3 s".to_owned()];
    cells.extend(sizes.iter().map(|rows| {
        let idle = |_: &TestDatabase| thread::sleep(Duration::from_secs(3));
        stalls((0..runs()).map(|_| under(&database(*rows), idle)))
    }));
    row(cells);
    for way in &ways {
        let cells = sizes.iter().map(|rows| {
            let apply = |database: &TestDatabase| {
                timed(&mut way.command(database));
            };
            stalls((0..runs()).map(|_| under(&database(*rows), apply)))
        });
        row(std::iter::once(way.name.clone()).chain(cells));
    }
    println!();
    head(&[
        "behind a transaction of 5 s",
        "longest sign-in",
        "and the tool",
    ]);
    let rows = sizes.first().copied().unwrap_or_default();
    for way in &ways {
        behind(way, rows);
    }
}

/// Makes the key from a folder in the database at an address.
type Making = Box<dyn Fn(&Path, &str) -> Command>;

/// A tool, and the folder from which it makes the key.
struct Way {
    name: String,
    folder: TempDir,
    command: Making,
}

impl Way {
    fn command(&self, database: &TestDatabase) -> Command {
        (self.command)(self.folder.path(), &address(database))
    }
}

/// Every tool with what people write, Lodger with less patience, and psql with what somebody careful writes.
fn ways() -> Vec<Way> {
    let mut ways = Vec::new();
    for applier in Applier::all() {
        let folder = tempfile::tempdir().unwrap();
        let mut migrations = vec![Migration::new(2, "key", KEY)];
        if applier.kind == Kind::Lodger {
            // its history has it already
            migrations.insert(0, Migration::new(1, "visits", TABLE));
        }
        applier.write(folder.path(), &migrations);
        let name = applier.to_string();
        let command = Box::new(move |folder: &Path, url: &str| applier.command(folder, url));
        ways.push(Way {
            name,
            folder,
            command,
        });
    }
    ways.insert(1, impatient());
    ways.push(careful());
    ways
}

fn impatient() -> Way {
    let folder = tempfile::tempdir().unwrap();
    let migrations = [
        Migration::new(1, "visits", TABLE),
        Migration::new(2, "key", KEY),
    ];
    write(folder.path(), &migrations);
    Way {
        name: "lodger apply --lock-timeout 200ms --attempts 10".to_owned(),
        folder,
        command: Box::new(|folder, url| {
            let arguments = ["apply", "--lock-timeout", "200ms", "--attempts", "10"];
            lodger(&arguments, folder, Some(url))
        }),
    }
}

fn careful() -> Way {
    let folder = tempfile::tempdir().unwrap();
    let halves = [("first", KEY_FIRST), ("second", KEY_SECOND)];
    let migrations = halves.map(|(name, sql)| Migration::new(1, name, sql));
    write(folder.path(), &migrations);
    let command = |folder: &Path, url: &str| {
        let mut command = Command::new("psql");
        command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url]);
        for file in crate::commands::sql_files(folder) {
            command.arg("-f").arg(file);
        }
        command
    };
    Way {
        name: "psql, in two transactions written by hand".to_owned(),
        folder,
        command: Box::new(command),
    }
}

fn sizes() -> Vec<usize> {
    let text = std::env::var("SIGN_IN_ROWS").unwrap_or_else(|_| "200000,2000000".to_owned());
    let size = |part: &str| part.trim().replace('_', "").parse().unwrap();
    text.split(',').map(size).collect()
}

/// A fresh database with so many rows; they are written once.
fn database(rows: usize) -> TestDatabase {
    let fill = async |url: String| {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &[Migration::new(1, "visits", TABLE)]);
        timed(&mut lodger(&["apply"], folder.path(), Some(&url)));
        let client = connect(&url.parse().unwrap()).await;
        let sql = FILL.replace("{rows}", &rows.to_string());
        client.batch_execute(&sql).await.unwrap();
        client.batch_execute("vacuum analyze visits").await.unwrap();
    };
    let name = format!("visits_{rows}");
    runtime().block_on(Cluster::shared().copy_of(&name, Template::Shared, fill))
}

/// The longest sign-in while something is done to the database.
fn under(database: &TestDatabase, work: impl FnOnce(&TestDatabase)) -> Duration {
    let sign_ins = SignIns::start(database);
    work(database);
    sign_ins.longest()
}

/// The median of the longest, and the longest of all.
fn stalls(times: impl Iterator<Item = Duration>) -> String {
    let times: Vec<Duration> = times.collect();
    let longest = times.iter().max().copied().unwrap_or_default();
    let median = milliseconds(quantile(times, 0.5));
    format!("{median} (at most {})", milliseconds(longest))
}

/// One run takes as long as the transaction in the way, so there are fewer.
fn behind(way: &Way, rows: usize) {
    let mut ends = Vec::new();
    let run = || {
        let database = database(rows);
        let sign_ins = SignIns::start(&database);
        let in_the_way = InTheWay::start(&database, HOLD);
        let (time, output) = timed_any(&mut way.command(&database));
        let waited = in_the_way.was_in_the_way();
        ends.push((time, output.status, waited));
        sign_ins.longest()
    };
    let stall = stalls(std::iter::repeat_with(run).take(runs().min(3)));
    let times = ends.iter().map(|(time, ..)| *time).collect();
    let time = seconds(quantile(times, 0.5));
    let failed = ends.iter().find(|(_, status, _)| !status.success());
    let end = match failed {
        _ if ends.iter().any(|(.., waited)| !waited) => "never asked for the lock".to_owned(),
        Some((_, status, _)) => format!("failed ({status}) after {time}"),
        None => format!("succeeded after {time}"),
    };
    row([way.name.clone(), stall, end]);
}
