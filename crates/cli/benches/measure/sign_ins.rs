//! Sign-ins that go on while something else happens, and a transaction that stands in everybody's way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use lodger_database::testing::{TestDatabase, connect};
use tokio::runtime::Builder;
use tokio::time::sleep;

/// The platform's own role, which owns `auth.users`.
const AUTH: &str = "supabase_auth_admin";
/// What a sign-in writes.
const SIGN_IN: &str = "update auth.users set last_sign_in_at = now()
    where id = (select id from auth.users order by created_at limit 1)";
/// What the transaction in the way has written: another user's row.
const OTHER: &str = "begin; update auth.users set updated_at = now()
    where id = (select id from auth.users order by created_at desc limit 1)";
const WAITING: &str = include_str!("waiting.sql");
/// The pause between two sign-ins.
const PAUSE: Duration = Duration::from_millis(20);
/// Nobody takes longer to ask for a lock.
const PATIENCE: Duration = Duration::from_mins(1);

/// One sign-in after the other, on a connection and a thread of their own.
pub(crate) struct SignIns {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Duration>,
}

impl SignIns {
    /// Returns when the first is through.
    pub(crate) fn start(database: &TestDatabase) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (config, stopped) = (
            database.cluster().config(AUTH, database.name()),
            Arc::clone(&stop),
        );
        let (ready, started) = mpsc::channel();
        let work = async move {
            let client = connect(&config).await;
            let statement = client.prepare(SIGN_IN).await.unwrap();
            client.execute(&statement, &[]).await.unwrap();
            ready.send(()).unwrap();
            let mut longest = Duration::ZERO;
            while !stopped.load(Ordering::Relaxed) {
                sleep(PAUSE).await;
                let started = Instant::now();
                client.execute(&statement, &[]).await.unwrap();
                longest = longest.max(started.elapsed());
            }
            longest
        };
        let thread = thread::spawn(|| alone(work));
        started.recv().unwrap();
        Self { stop, thread }
    }

    /// Ends them, and tells how long the longest has waited.
    pub(crate) fn longest(self) -> Duration {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

/// A transaction that has written to `auth.users` and stays open until somebody has waited for it for so long.
pub(crate) struct InTheWay(JoinHandle<bool>);

impl InTheWay {
    /// Returns when it holds its locks.
    pub(crate) fn start(database: &TestDatabase, hold: Duration) -> Self {
        let config = database.cluster().config(AUTH, database.name());
        let (ready, started) = mpsc::channel();
        let work = async move {
            let (client, other) = (connect(&config).await, connect(&config).await);
            client.batch_execute(OTHER).await.unwrap();
            ready.send(()).unwrap();
            let begun = Instant::now();
            while other.query(WAITING, &[]).await.unwrap().is_empty() {
                if begun.elapsed() > PATIENCE {
                    return false;
                }
                sleep(Duration::from_millis(5)).await;
            }
            sleep(hold).await;
            client.batch_execute("commit").await.unwrap();
            true
        };
        let thread = thread::spawn(|| alone(work));
        started.recv().unwrap();
        Self(thread)
    }

    /// When it is over: did anybody ever wait for it?
    pub(crate) fn was_in_the_way(self) -> bool {
        self.0.join().unwrap()
    }
}

/// On this thread, so that nothing that is measured waits for what else is measured here.
fn alone<T>(work: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(work)
}
