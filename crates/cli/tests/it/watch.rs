//! `lodger watch` and `lodger transfer` on a database with the store in it.

use std::process::Stdio;
use std::time::{Duration, Instant};

use lodger_database::testing::{Cluster, SharedInstance, Variant};
use serde_json::Value;
use uuid::Uuid;

use crate::store::Store;

struct Story {
    instance: SharedInstance,
    store: Store,
}

impl Story {
    async fn begin() -> Self {
        let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
        let store = Store::new(instance.url());
        store.apply();
        Self { instance, store }
    }

    async fn session_of(&self, user: Uuid) -> Uuid {
        let sql = "insert into research.research_sessions (user_id, title) values ($1, 'Tides') returning id";
        let client = self.instance.connect_admin().await;
        client.query_one(sql, &[&user]).await.unwrap().get(0)
    }

    async fn drafts(&self, session: Uuid) -> Vec<(String, i64)> {
        let sql = "select stage::text || ' ' || file_path, size_bytes from research.draft_files
                   where session_id = $1 order by 1";
        let client = self.instance.connect_admin().await;
        let rows = client.query(sql, &[&session]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }
}

#[tokio::test]
async fn drafts_are_taken_once() {
    let story = Story::begin().await;
    let user = story.instance.anonymous_user_ids().await[0];
    let session = story.session_of(user).await;
    let write = |path: &str, content: &[u8]| story.store.sandbox().write(path, content);
    write(
        &format!("out/{session}/1_initial_research/a.md"),
        b"# Tides",
    );
    write(
        &format!("out/{session}/4_writing/big.bin"),
        &vec![7; 5 << 20],
    );
    write(&format!("out/{session}/4_writing/half.md.part"), b"x");
    let once = ["watch", "out", "--once", "--stable", "200ms"];
    let done = story.store.run(&once);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(
        done.err.contains("2 saved, 0 already there, 0 left"),
        "{done:?}"
    );
    let drafts = [
        ("1_initial_research 1_initial_research/a.md".to_owned(), 7),
        ("4_writing 4_writing/big.bin".to_owned(), 5 << 20),
    ];
    assert_eq!(story.drafts(session).await, drafts);
    let again = story.store.run(&once);
    assert!(
        again.err.contains("0 saved, 2 already there, 0 left"),
        "{again:?}"
    );

    write(&format!("out/{}/4_writing/a.md", Uuid::nil()), b"x");
    let homeless = story.store.run(&once);
    assert_eq!(homeless.code, 1, "{homeless:?}");
    assert!(homeless.err.contains("there is no session"), "{homeless:?}");
    story
        .store
        .run(&["watch", "nowhere"])
        .assert_error(2, "no folder nowhere");
    story.instance.assert_strangers_untouched().await;
}

#[tokio::test]
async fn a_database_that_goes_away_is_waited_for() {
    let story = Story::begin().await;
    let user = story.instance.registered_user_ids().await[0];
    let session = story.session_of(user).await;
    let plan = format!("out/{session}/2_planning/plan.md");
    story.store.sandbox().write(&plan, "1");
    let mut command = story
        .store
        .command(&["watch", "out", "--every", "100ms", "--stable", "100ms"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    wait_for(async || story.drafts(session).await.len() == 1).await;
    // Every connection is cut, again and again, while files arrive.
    let admin = story.instance.connect_admin().await;
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid()";
    for number in 0..5 {
        let path = format!("out/{session}/4_writing/{number}.md");
        story.store.sandbox().write(&path, number.to_string());
        admin.execute(cut, &[]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    wait_for(async || story.drafts(session).await.len() == 6).await;
    child.kill().unwrap();
    child.wait().unwrap();
}

async fn wait_for(is_so: impl AsyncFn() -> bool) {
    let started = Instant::now();
    while !is_so().await {
        assert!(
            started.elapsed() < Duration::from_mins(1),
            "it never came to be"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn an_operator_transfers() {
    let story = Story::begin().await;
    let source = story.instance.anonymous_user_ids().await[0];
    let receiver = story.instance.registered_user_ids().await[0];
    let session = story.session_of(source).await;
    let (from, to) = (source.to_string(), receiver.to_string());
    let transfer = ["transfer", "--from", &from, "--to", &to];
    let dry = story
        .store
        .run(&[&transfer[..], &["--dry-run", "--format", "json"]].concat());
    let dry: Value = serde_json::from_str(&dry.out).unwrap();
    assert_eq!(dry["outcome"], "would_transfer");
    assert_eq!(dry["sessions"], 1);
    let done = story.store.run(&transfer);
    assert_eq!(done.code, 0, "{done:?}");
    let said = "transferred: 1 session with 0 drafts";
    assert!(done.out.starts_with(said), "{done:?}");
    let owner = "select user_id from research.research_sessions where id = $1";
    let client = story.instance.connect_admin().await;
    let owner: Uuid = client.query_one(owner, &[&session]).await.unwrap().get(0);
    assert_eq!(owner, receiver);
    let back = ["transfer", "--from", &to, "--to", &from];
    assert_eq!(story.store.run(&back).code, 2);
    story
        .store
        .run(&["transfer", "--from", "me", "--to", &to])
        .assert_error(2, "--from");
    story.instance.assert_strangers_untouched().await;
}
