//! Somebody else is in the way: holds locks, waits for ours, changes the same rows, works at the same time.

use std::process::Child;
use std::time::{Duration, Instant};

use lodger_database::testing::{Cluster, SharedInstance, Variant};
use serde_json::Value;

use super::operation::Place;
use super::rollback::applied;
use super::store::{GUEST, with_store};
use crate::killed::scene::ended;
use crate::project::Project;
use crate::sandbox::Ended;

/// How long a statement of ours may wait for a lock.
const LOCK_TIMEOUT: Duration = Duration::from_millis(300);
/// A machine that is busy with other tests answers later.
const BUSY: Duration = Duration::from_secs(1);
const NOTES: &str = "create table notes (
  id int primary key, user_id uuid not null references auth.users (id) on delete cascade
);
create index notes_user_id on notes (user_id);
alter table notes enable row level security;
";
/// A sign-in: its row in `auth.users`, and gone again.
const SIGN_IN: &str = "begin;
insert into auth.users (id, aud, role, email, created_at, updated_at)
values (gen_random_uuid(), 'authenticated', 'authenticated', 'late@example.test', now(), now());
rollback";
const WAITING: &str = "select from pg_stat_activity
    where datname = current_database() and application_name = 'lodger' and wait_event_type = 'Lock'";

async fn instance() -> SharedInstance {
    SharedInstance::create(Cluster::shared(), Variant::Plain).await
}

fn place(instance: &SharedInstance) -> Place {
    Place {
        url: instance.url(),
        admin: instance.admin_url(),
    }
}

fn start(project: &Project, arguments: &[&str]) -> Child {
    project.command(arguments).spawn().unwrap()
}

/// Waits until Lodger waits for a lock.
async fn wait_until_it_waits(instance: &SharedInstance) {
    let client = instance.connect_admin().await;
    let started = Instant::now();
    while client.query(WAITING, &[]).await.unwrap().is_empty() {
        assert!(started.elapsed() < Duration::from_mins(1), "it never waits");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {ended:?}"))
}

/// The longest time that a sign-in takes until `child` has ended.
async fn longest_sign_in(instance: &SharedInstance, child: &mut Child) -> Duration {
    let client = instance.database().connect_as("supabase_auth_admin").await;
    let mut longest = Duration::ZERO;
    while child.try_wait().unwrap().is_none() {
        let started = Instant::now();
        client.batch_execute(SIGN_IN).await.unwrap();
        longest = longest.max(started.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    longest
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_is_held_for_five_seconds_is_tried_again_and_sign_ins_go_on() {
    let instance = instance().await;
    let project = Project::new(instance.url(), &[("1_notes.sql", NOTES)]);
    let holder = instance.connect_admin().await;
    let hold = "begin; update auth.users set updated_at = updated_at";
    holder.batch_execute(hold).await.unwrap();

    let lock_timeout = format!("{}ms", LOCK_TIMEOUT.as_millis());
    let twice = ["apply", "--lock-timeout", &lock_timeout, "--attempts", "2"];
    let mut child = start(&project, &twice);
    let longest = longest_sign_in(&instance, &mut child).await;
    assert!(longest < LOCK_TIMEOUT + BUSY, "{longest:?}");
    let refused = ended(child);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.out.contains("55P03"), "{refused:?}");
    let client = instance.connect().await;
    let there = "select from pg_class where relname = 'notes'";
    assert!(client.query(there, &[]).await.unwrap().is_empty());

    let often = ["apply", "--lock-timeout", &lock_timeout, "--attempts", "30"];
    let mut child = start(&project, &often);
    let release = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(5)).await;
        holder.batch_execute("rollback").await.unwrap();
    });
    let longest = longest_sign_in(&instance, &mut child).await;
    assert!(longest < LOCK_TIMEOUT + BUSY, "{longest:?}");
    release.await.unwrap();
    let done = ended(child);
    assert_eq!(done.code, 0, "{done:?}");
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_killed_in_a_deadlock_tries_again() {
    let instance = instance().await;
    let first = "create table notes (id int primary key, user_id uuid);\n\
                 alter table notes enable row level security;\n";
    let project = Project::new(instance.url(), &[("1_notes.sql", first)]);
    let done = project.run(&["apply"]);
    assert_eq!(done.code, 0, "{done:?}");
    let owner = "alter table notes add column body text;\n\
                 alter table notes add constraint notes_user_id_fkey foreign key (user_id)\n\
                   references auth.users (id) on delete cascade not valid;\n";
    project.write("2_owner.sql", owner);
    // The other one has what Lodger wants next, and then wants what Lodger has. Postgres looks for that after a
    // second, in the session that has waited that long: in Lodger's, which began to wait first.
    let other = instance.connect_admin().await;
    let hold = "begin; update auth.users set updated_at = updated_at";
    other.batch_execute(hold).await.unwrap();
    let child = start(
        &project,
        &["apply", "--lock-timeout", "20s", "--format", "json"],
    );
    wait_until_it_waits(&instance).await;
    other
        .batch_execute("set local deadlock_timeout = '30s'; select count(*) from notes; rollback")
        .await
        .unwrap();
    let done = ended(child);
    assert_eq!(done.code, 0, "{done:?}");
    let attempts = &json(&done)["migrations"][0]["steps"][0]["attempts"];
    assert_eq!(*attempts, 2, "{done:?}");
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_change_under_a_rollback_make_it_try_again() {
    let instance = instance().await;
    let project = applied(&place(&instance));
    let other = instance.connect().await;
    let change = "begin; update lodger.migrations set started_at = now()";
    other.batch_execute(change).await.unwrap();
    let arguments = [
        "rollback",
        "--all",
        "--lock-timeout",
        "20s",
        "--format",
        "json",
    ];
    let child = start(&project, &arguments);
    wait_until_it_waits(&instance).await;
    other.batch_execute("commit").await.unwrap();
    let done = ended(child);
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(json(&done)["attempts"], 2, "{done:?}");
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_watch_the_same_folder_take_each_draft_once() {
    let instance = instance().await;
    let rows = format!("insert into research_sessions (user_id, title) values ({GUEST}, 'Tides')");
    let project = with_store(&place(&instance), &rows).await;
    let client = instance.connect_admin().await;
    let session = "select id::text from research.research_sessions";
    let session: String = client.query_one(session, &[]).await.unwrap().get(0);
    for number in 0..20 {
        let path = format!("out/{session}/2_planning/{number}.md");
        project.sandbox().write(&path, format!("# {number}\n"));
    }
    let once = ["watch", "out", "--once", "--stable", "50ms"];
    let children = [start(&project, &once), start(&project, &once)];
    for child in children {
        let done = ended(child);
        assert_eq!(done.code, 0, "{done:?}");
    }
    let counts = "select count(*), count(distinct file_path),
      (select count(*) from research.research_events where kind <> 'session.created') from research.draft_files";
    let counts = client.query_one(counts, &[]).await.unwrap();
    let counts: [i64; 3] = [counts.get(0), counts.get(1), counts.get(2)];
    assert_eq!(counts, [20, 20, 20]);
    instance.assert_strangers_untouched().await;
}
