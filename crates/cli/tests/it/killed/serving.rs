//! The database goes down while `lodger serve` is busy: it says so, comes back by itself, and what it had
//! confirmed is there, with its events.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lodger_database::testing::{Cluster, OWNER, Settings, connect};
use serde_json::Value;
use uuid::Uuid;

use super::server::{NAME, make_instance};
use crate::serving::{Running, token};
use crate::store::Store;

const PATIENCE: Duration = Duration::from_mins(1);

/// What one visitor saw.
#[derive(Default)]
struct Seen {
    /// Sessions that were confirmed.
    confirmed: Vec<String>,
    asked: usize,
    unavailable: usize,
}

fn work(running: &Running, token: &str, stop: &AtomicBool, confirmed: &AtomicUsize) -> Seen {
    let mut seen = Seen::default();
    while !stop.load(Ordering::Relaxed) {
        seen.asked += 1;
        let (status, body) = running.ask("POST", "/v1/sessions", token, "{\"title\": \"Tides\"}");
        match status {
            201 => {
                seen.confirmed.push(body["id"].as_str().unwrap().to_owned());
                confirmed.fetch_add(1, Ordering::Relaxed);
            }
            503 => {
                assert_eq!(body["code"], "database_unavailable", "{body}");
                seen.unavailable += 1;
            }
            other => panic!("{other}: {body}"),
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_outlives_its_database() {
    // Test clusters do not wait for the disk; here what is committed has to stay.
    let mut cluster = Cluster::start_with(&Settings {
        config: vec![("synchronous_commit".into(), "on".into())],
        ..Settings::default()
    });
    make_instance(&cluster).await;
    let store = Store::new(cluster.url(OWNER, NAME));
    store.apply();
    let admin = connect(&cluster.config(&cluster.superuser(), NAME)).await;
    let users = admin.query("select id from auth.users limit 3", &[]).await;
    let tokens: Vec<String> = users
        .unwrap()
        .iter()
        .map(|row| token(row.get::<_, Uuid>(0)))
        .collect();
    drop(admin);

    let mut running = store.serve(&["--requests-per-minute", "1000000"]);
    let (stop, confirmed) = (AtomicBool::new(false), AtomicUsize::new(0));
    let wait = |is_so: &dyn Fn() -> bool| {
        let started = Instant::now();
        while !is_so() {
            assert!(started.elapsed() < PATIENCE, "it never came to be");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let seen: Vec<Seen> = std::thread::scope(|scope| {
        let (running, stop, confirmed) = (&running, &stop, &confirmed);
        let visitors: Vec<_> = tokens
            .iter()
            .map(|token| scope.spawn(move || work(running, token, stop, confirmed)))
            .collect();
        wait(&|| confirmed.load(Ordering::Relaxed) > 20);
        cluster.crash();
        wait(&|| running.ask("GET", "/readyz", "none", "").0 == 503);
        std::thread::sleep(Duration::from_millis(300));
        cluster.restart();
        wait(&|| running.ask("GET", "/readyz", "none", "").0 == 200);
        let then = confirmed.load(Ordering::Relaxed);
        wait(&|| confirmed.load(Ordering::Relaxed) > then + 20);
        stop.store(true, Ordering::Relaxed);
        visitors.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert!(seen.iter().any(|it| it.unavailable > 0));
    for (token, seen) in tokens.iter().zip(&seen) {
        let there = sessions(&running, token);
        assert!(seen.confirmed.iter().all(|it| there.contains(it)));
        // What was under way when the database went may be there, and nothing else.
        assert!(there.len() <= seen.asked);
        assert_eq!(events(&running, token, &there), there.len());
    }
    assert_eq!(running.stop(), 0);
}

/// All sessions of somebody.
fn sessions(running: &Running, token: &str) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/sessions?limit=200{cursor}");
        let (status, page) = running.ask("GET", &path, token, "");
        assert_eq!(status, 200, "{page}");
        let items = page["items"].as_array().unwrap();
        ids.extend(items.iter().map(|it| it["id"].as_str().unwrap().to_owned()));
        match &page["next"] {
            Value::String(next) => cursor = format!("&cursor={next}"),
            _ => return ids,
        }
    }
}

/// How many of these sessions have the event of their creation, which comes without a gap.
fn events(running: &Running, token: &str, sessions: &[String]) -> usize {
    let (mut created, mut after) = (0, 0);
    loop {
        let path = format!("/v1/events?limit=200&after={after}");
        let (status, page) = running.ask("GET", &path, token, "");
        assert_eq!(status, 200, "{page}");
        let items = page["items"]
            .as_array()
            .or(page["events"].as_array())
            .unwrap();
        for event in items {
            assert_eq!(event["seq"], after + 1, "{event}");
            after += 1;
            let session = event["session_id"].as_str().unwrap_or_default();
            let known = sessions.iter().any(|it| it == session);
            created += usize::from(event["kind"] == "session.created" && known);
        }
        if items.is_empty() {
            return created;
        }
    }
}
