//! `lodger rollback`, `lodger adopt` and `lodger status` as a user runs them on the shared instance.

use std::path::{Path, PathBuf};

use lodger_database::testing::{Cluster, SharedInstance, Variant};
use serde_json::Value;

use crate::sandbox::{Ended, Sandbox};

const VISITS: &str = "
create table research_visits (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade
);
create index research_visits_user_id on research_visits (user_id);
alter table research_visits enable row level security;
create policy research_visits_own on research_visits for select to authenticated
  using (user_id = (select auth.uid()));
grant select on research_visits to authenticated;
";

async fn shared_instance() -> SharedInstance {
    SharedInstance::create(Cluster::shared(), Variant::Plain).await
}

fn project() -> Sandbox {
    Sandbox::with(&[
        ("lodger.toml", "project = 'research'\n"),
        ("migrations/20251101040000_visits.sql", VISITS),
    ])
}

fn run(sandbox: &Sandbox, instance: &SharedInstance, arguments: &[&str]) -> Ended {
    let mut command = sandbox.command(arguments);
    command.env("DATABASE_URL", instance.url());
    Ended::of(&command.output().unwrap())
}

fn json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {ended:?}"))
}

fn seed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../corpus/seed/20251101030227_create_users_sessions_drafts_tables.sql")
}

#[tokio::test]
async fn rows_are_saved_before_they_go() {
    let instance = shared_instance().await;
    let sandbox = project();
    let run = |arguments: &[&str]| run(&sandbox, &instance, arguments);
    assert_eq!(run(&["apply"]).code, 0);
    let row = "insert into public.research_visits (user_id) select id from auth.users limit 2";
    instance
        .connect_admin()
        .await
        .batch_execute(row)
        .await
        .unwrap();
    let applied = json(&run(&["status", "--format", "json"]));
    assert_eq!(applied["migrations"][0]["state"], "applied");
    assert_eq!(applied["bookkeeping"], true);

    let refused = run(&["rollback", "--all"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    insta::assert_snapshot!(refused.out);

    let done = run(&["rollback", "--all", "--export", "saved", "--format", "json"]);
    assert_eq!(done.code, 0, "{done:?}");
    let done = json(&done);
    assert_eq!(done["schema_version"], 1);
    assert_eq!(done["outcome"], "taken_out");
    assert_eq!(done["exported"][0]["rows"], 2);
    assert_eq!(
        sandbox.list("saved"),
        ["manifest.json", "public.research_visits.csv"]
    );
    let csv = sandbox.read("saved/public.research_visits.csv");
    assert!(csv.starts_with("id,user_id\n"), "{csv}");
    assert_eq!(csv.lines().count(), 3);

    let nothing = run(&["rollback", "--all", "--forget"]);
    assert_eq!(nothing.code, 0, "{nothing:?}");
    insta::assert_snapshot!(nothing.out);
    instance.assert_strangers_untouched().await;
}

#[tokio::test]
async fn mistakes_are_usage_errors() {
    let instance = shared_instance().await;
    let sandbox = project();
    let run = |arguments: &[&str]| run(&sandbox, &instance, arguments);
    run(&["rollback"]).assert_error(2, "--to <VERSION>|--all");
    run(&["rollback", "--to", "1", "--forget"]).assert_error(2, "cannot be used with");
    run(&["rollback", "--to", "1"]).assert_error(2, "this project has applied none");
    assert_eq!(run(&["apply"]).code, 0);
    run(&["rollback", "--to", "1"]).assert_error(2, "these are: 20251101040000");
    run(&["rollback", "--all", "--export", "migrations"]).assert_error(2, "is not empty");
    run(&["adopt", "--to", "1"]).assert_error(2, "there is no migration 1");
    run(&["adopt", "--from", "nothing.sql"]).assert_error(2, "nothing.sql");
    assert_eq!(run(&["rollback", "--all", "--quiet"]).out, "");
}

#[tokio::test]
async fn an_old_file_is_adopted_and_its_objects_go() {
    let instance = shared_instance().await;
    let client = instance.connect().await;
    let text = std::fs::read_to_string(seed()).unwrap();
    for statement in
        lodger_migration::parse::parse_migration("0", "old", "old.sql", text.as_bytes()).statements
    {
        client.batch_execute(&statement.text).await.ok();
    }
    // No migrations folder at all: everything comes from the old file and the claims.
    let sandbox = Sandbox::with(&[
        ("lodger.toml", "project = 'research'\n"),
        ("old.sql", &text),
    ]);
    let run = |arguments: &[&str]| run(&sandbox, &instance, arguments);
    let adopted = run(&["adopt", "--from", "old.sql"]);
    assert_eq!(adopted.code, 0, "{adopted:?}");
    insta::assert_snapshot!(adopted.out);
    let done = run(&["rollback", "--all", "--forget"]);
    assert_eq!(done.code, 0, "{done:?}");
    insta::assert_snapshot!(done.out);
    let users = "select count(*) from public.users";
    let users: i64 = client.query_one(users, &[]).await.unwrap().get(0);
    assert_eq!(users, 153);
}
