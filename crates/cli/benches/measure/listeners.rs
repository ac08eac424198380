//! A thousand streams at one `lodger serve`: what memory they take, and how soon they hear of a write.

use std::process::Command;
use std::time::{Duration, Instant};

use lodger_database::testing::{Cluster, Template, TestDatabase};
use tokio::sync::mpsc::{self, UnboundedReceiver};

use crate::commands::{LODGER, lodger, seed};
use crate::instances::runtime;
use crate::process::Running;
use crate::streams::{Heard, SECRET, follow, tell};
use crate::timing::{head, milliseconds, number, quantile, row, timed};

const ROWS: &str = include_str!("listeners.sql");
/// How often something is told.
const EVENTS: usize = 60;
/// Between two of them, so that none waits for the one before.
const PAUSE: Duration = Duration::from_millis(300);
/// Whoever has heard nothing by then does not hear of it.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn run() {
    let database = database();
    head(&[
        "listeners",
        "write answered: median",
        "heard: median",
        "99 %",
        "memory before",
        "with all of them",
    ]);
    let events = number("BENCH_EVENTS", EVENTS);
    measure(&database, "1", (1, 1), events);
    measure(&database, "1,000 of 1,000 users", (1000, 1), events);
    measure(&database, "1,000 of 50 users", (50, 20), events);
}

/// A database with the store, and a thousand users.
fn database() -> TestDatabase {
    let database = runtime().block_on(Cluster::shared().database(Template::Base));
    let arguments = ["apply", "--schema", "research"];
    timed(&mut lodger(&arguments, &seed(), Some(&database.url())));
    runtime().block_on(async {
        let client = database.connect_admin().await;
        client.batch_execute(ROWS).await.unwrap();
    });
    database
}

/// So many users with so many streams each; the first of them is told something.
fn measure(database: &TestDatabase, name: &str, (users, each): (usize, usize), events: usize) {
    let running = serve(database);
    let before = running.memory();
    let (heard, mut ears) = mpsc::unbounded_channel();
    for user in 1..=users {
        for _ in 0..each {
            runtime().spawn(follow(running.address, user, heard.clone()));
        }
    }
    let (written, delivered) = runtime().block_on(async {
        for _ in 0..users * each {
            assert!(matches!(next(&mut ears).await, Heard::Ready));
        }
        let mut written = Vec::new();
        let mut delivered = Vec::new();
        for event in 0..events {
            tokio::time::sleep(PAUSE).await;
            let started = Instant::now();
            tell(running.address, event).await;
            written.push(started.elapsed());
            for _ in 0..each {
                let heard = next(&mut ears).await;
                let at = heard.at(event);
                delivered.push(at.expect("nobody hears of an event twice") - started);
            }
        }
        (written, delivered)
    });
    let written = milliseconds(quantile(written, 0.5));
    let median = milliseconds(quantile(delivered.clone(), 0.5));
    let slow = milliseconds(quantile(delivered, 0.99));
    row([name, &written, &median, &slow, &before, &running.memory()]);
}

async fn next(ears: &mut UnboundedReceiver<Heard>) -> Heard {
    let next = tokio::time::timeout(PATIENCE, ears.recv()).await;
    next.unwrap().unwrap()
}

/// With as many files open as it may have, because each stream is one.
fn serve(database: &TestDatabase) -> Running {
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "ulimit -n 8192 2>/dev/null; exec \"$0\" \"$@\"",
        LODGER,
    ]);
    command.args(["serve", "--schema", "research", "--listen", "127.0.0.1:0"]);
    command.args(["--requests-per-minute", "4000000"]);
    command.env("DATABASE_URL", database.url());
    command.env("SUPABASE_JWT_SECRET", SECRET);
    command.current_dir(std::env::temp_dir());
    Running::start(&mut command)
}
