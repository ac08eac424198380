//! A database on which applies are interrupted, and what must hold whenever one ends.

use std::hash::{BuildHasher as _, RandomState};
use std::process::Child;
use std::time::{Duration, Instant};

use lodger_database::base::strangers::{Facts, load_facts};
use lodger_database::testing::connect;
use serde_json::Value;

use crate::project::Project;
use crate::sandbox::Ended;

/// What the project has before: a table that gets rows.
const FIRST: &str = "create table notes (id int primary key, user_id uuid, body text);
alter table notes enable row level security;
";
/// One transaction.
const PLAIN: &str = "create type label_color as enum ('red', 'green');
create table labels (
  id int primary key, note_id int not null references notes (id), color label_color not null
);
alter table labels enable row level security;
create function labels_touch() returns trigger language plpgsql set search_path = ''
  as $$ begin return new; end $$;
create trigger labels_touch before update on labels for each row execute function labels_touch();
";
/// A foreign key on a table with rows: NOT VALID first, validated in a step of its own.
const VALIDATED: &str = "alter table notes add constraint notes_user_id_fkey
  foreign key (user_id) references auth.users (id) on delete cascade;
comment on table notes is 'with owners';
";
/// A step outside of any transaction, between two that are transactions.
const ALONE: &str = "alter table notes add column pinned boolean;
create index concurrently notes_user_id_idx on notes (user_id);
alter table notes add column starred boolean;
";
/// The last step takes something away, outside of a transaction.
const DROPPED: &str = "create index notes_body_idx on notes (body);
drop index concurrently notes_body_idx;
";
const ROWS: &str =
    "insert into notes select n, (select id from auth.users order by id limit 1), 'note ' || n
from generate_series(1, 5000) as n; analyze notes;";
/// How many steps each of them takes.
const STEPS: &[(&str, i64)] = &[("1", 1), ("2", 1), ("3", 2), ("4", 3), ("5", 2)];

const LOOK: &str = include_str!("look.sql");
const REWIND: &str = include_str!("rewind.sql");
/// What the program's connections did last.
const ACTIVITY: &str = "select query from pg_stat_activity
    where application_name = 'lodger' and datname = current_database()";
const PATIENCE: Duration = Duration::from_mins(1);

/// A database on which applies are interrupted.
pub(crate) struct Scene {
    project: Project,
    owner: String,
    admin: String,
    before: Facts,
}

impl Scene {
    /// Moves the project in, as far as its first migration; the rest is due.
    pub(crate) async fn set(owner: String, admin: String) -> Self {
        let before = facts(&admin).await;
        let project = Project::new(&owner, &[("1_notes.sql", FIRST)]);
        let ended = project.run(&["apply"]);
        assert_eq!(ended.code, 0, "{ended:?}");
        let client = connect(&owner.parse().unwrap()).await;
        client.batch_execute(ROWS).await.unwrap();
        project.write("2_labels.sql", PLAIN);
        project.write("3_owners.sql", VALIDATED);
        project.write("4_index.sql", ALONE);
        project.write("5_no_index.sql", DROPPED);
        Self {
            project,
            owner,
            admin,
            before,
        }
    }

    pub(crate) fn project(&self) -> &Project {
        &self.project
    }

    pub(crate) fn start(&self) -> Child {
        self.project.command(&["apply"]).spawn().unwrap()
    }

    /// Waits until the apply has planned and begins to write; `false` when it ended before.
    pub(crate) async fn wait_for_writes(&self, child: &mut Child) -> bool {
        let client = connect(&self.admin.parse().unwrap()).await;
        let mut has_read = false;
        while child.try_wait().unwrap().is_none() {
            let rows = client.query(ACTIVITY, &[]).await.unwrap();
            let query: Option<String> = rows.first().map(|row| row.get(0));
            // It reads in one transaction, which it gives up; then it plans, and says nothing for a while.
            let reads = query.as_deref() == Some("rollback");
            if has_read && query.is_some() && !reads {
                return true;
            }
            has_read |= reads;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        false
    }

    /// Waits until the server has noticed that the program is gone.
    pub(crate) async fn settle(&self) {
        let client = connect(&self.admin.parse().unwrap()).await;
        let patience = Instant::now() + PATIENCE;
        while !client.query(ACTIVITY, &[]).await.unwrap().is_empty() {
            assert!(Instant::now() < patience, "its connection is still there");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Every step is there with all that belongs to it, or not at all, and nobody else was touched.
    pub(crate) async fn check(&self) -> Value {
        let look = check_steps(&self.owner).await;
        let damage = self.before.damage(&facts(&self.admin).await);
        assert_eq!(damage, Vec::<String>::new());
        look
    }

    /// Runs it to its end, after which everything is there.
    pub(crate) async fn complete(&self) {
        let ended = self.project.run(&["apply"]);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{}", ended.out);
        self.check_complete().await;
        let status = self.project.run(&["status"]);
        assert_eq!(status.code, 0, "{status:?}");
        let again = self.project.run(&["apply"]);
        assert_eq!((again.code, again.out.as_str()), (0, "nothing is due\n"));
    }

    /// Everything is there.
    pub(crate) async fn check_complete(&self) {
        let look = self.check().await;
        for (version, _) in STEPS {
            assert_eq!(look["finished"][version], true, "{look:#}");
        }
    }

    /// Back to where only the first migration is applied.
    pub(crate) async fn rewind(&self) {
        let client = connect(&self.owner.parse().unwrap()).await;
        client.batch_execute(REWIND).await.unwrap();
    }
}

/// Every step is there with all that belongs to it, or not at all.
pub(crate) async fn check_steps(owner: &str) -> Value {
    let client = connect(&owner.parse().unwrap()).await;
    let row = client.query_one(LOOK, &[]).await.unwrap();
    let look: Value = serde_json::from_str(row.get(0)).unwrap();
    check_history(&look);
    check_objects(&look);
    look
}

/// How a program that was started has ended.
pub(crate) fn ended(child: Child) -> Ended {
    Ended::of(&child.wait_with_output().unwrap())
}

/// A random part of `longest`.
pub(crate) fn random_part(longest: Duration) -> Duration {
    let random = RandomState::new().hash_one(()) % 1000;
    longest.mul_f64(f64::from(u32::try_from(random).unwrap()) / 1000.0)
}

/// Everything that stands in the database.
pub(crate) async fn facts(admin: &str) -> Facts {
    let client = connect(&admin.parse().unwrap()).await;
    load_facts(&client).await.unwrap()
}

fn done(look: &Value, version: &str) -> i64 {
    look["steps_done"][version].as_i64().unwrap_or_default()
}

fn check_history(look: &Value) {
    let mut is_over = true;
    for (version, steps) in STEPS {
        let begun = look["steps_done"].get(version).is_some();
        assert!(is_over || !begun, "{version} before its time: {look:#}");
        if begun {
            assert_eq!(look["steps"][version], *steps, "{look:#}");
            assert!(done(look, version) <= *steps, "{look:#}");
            let finished = done(look, version) == *steps;
            assert_eq!(look["finished"][version], finished, "{look:#}");
        }
        is_over = done(look, version) == *steps;
    }
    // what is dropped outside of a transaction is claimed until that is recorded
    let dropped = done(look, "5") == 1 && look["body_idx"] == Value::Null;
    assert_eq!(look["claims_on_nothing"], i64::from(dropped), "{look:#}");
    assert_eq!(look["notes"], 5000, "{look:#}");
}

fn check_objects(look: &Value) {
    for (what, version, step) in [
        ("labels", "2", 1),
        ("color", "2", 1),
        ("touch", "2", 1),
        ("key", "3", 1),
        ("comment", "3", 1),
        ("validated", "3", 2),
        ("pinned", "4", 1),
        ("starred", "4", 3),
    ] {
        let there = done(look, version) >= step;
        assert_eq!(look[what], there, "{what} in {look:#}");
    }
    let claims = look["claims"].as_array().unwrap();
    for (claim, version, step) in [
        ("table public.notes", "1", 1),
        ("table public.labels", "2", 1),
        ("type public.label_color", "2", 1),
        ("index public.notes_user_id_idx", "4", 2),
    ] {
        let there = done(look, version) >= step;
        assert_eq!(claims.contains(&claim.into()), there, "{claim} in {look:#}");
    }
    // What takes effect outside of a transaction may do so before it is recorded, never after.
    match done(look, "4") {
        0 => assert_eq!(look["user_idx"], Value::Null, "{look:#}"),
        1 => {}
        _ => assert_eq!(look["user_idx"], true, "{look:#}"),
    }
    match done(look, "5") {
        1 => {}
        _ => assert_eq!(look["body_idx"], Value::Null, "{look:#}"),
    }
}
