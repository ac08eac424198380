//! `lodger repair` as a user runs it, on the shared instance where the seed's wrong migration was run by hand.

use lodger_database::testing::{Cluster, SharedInstance, Variant};
use serde_json::Value;
use uuid::Uuid;

use crate::sandbox::{Ended, Sandbox};

/// As an assistant wrote it, and somebody pasted it into a web editor.
const OLD: &str = "
create table if not exists users (id uuid primary key, email text unique, is_anonymous boolean not null);
create table if not exists notes (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users (id) on delete cascade,
  body text not null
);
create table if not exists note_lines (
  id bigint generated always as identity primary key,
  note_id uuid not null references notes (id) on delete cascade,
  line text not null
);
";

struct Story {
    instance: SharedInstance,
    sandbox: Sandbox,
}

impl Story {
    /// The file was run, rows were written, and its tables are claimed.
    async fn begin(notes_of_strangers: i64) -> Self {
        let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
        instance.connect().await.batch_execute(OLD).await.unwrap();
        let admin = instance.connect_admin().await;
        // A user of the platform can own a note only if the other project knows the same id.
        let rows = format!(
            "insert into public.notes (user_id, body) select id, 'n' || row_number() over () from public.users order by \
             id limit {notes_of_strangers};
             insert into public.note_lines (note_id, line) select id, 'line of ' || body from public.notes;"
        );
        admin.batch_execute(&rows).await.unwrap();
        let sandbox = Sandbox::with(&[
            ("lodger.toml", "project = 'notes'\n"),
            ("migrations/20250101000000_notes.sql", OLD),
            ("old.sql", OLD),
        ]);
        let story = Self { instance, sandbox };
        story.run(&["repair"]).assert_error(2, "adopt --from");
        let adopted = story.run(&["adopt", "--from", "old.sql"]);
        assert!(
            adopted.out.contains("claimed: table public.notes"),
            "{adopted:?}"
        );
        assert!(
            !adopted.out.contains("claimed: table public.users"),
            "{adopted:?}"
        );
        story
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        let mut command = self.sandbox.command(arguments);
        command.env("DATABASE_URL", self.instance.url());
        Ended::of(&command.output().unwrap())
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let ended = self.run(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {ended:?}"))
    }

    async fn count(&self, sql: &str) -> i64 {
        let client = self.instance.connect_admin().await;
        client.query_one(sql, &[]).await.unwrap().get(0)
    }

    /// Removes a migration's file.
    fn remove(&self, file: &str) {
        let folder = self.sandbox.path().join("migrations");
        std::fs::remove_file(folder.join(file)).unwrap();
    }

    /// Plans and applies what `repair` wrote, without the file that was run by hand.
    fn apply(&self) {
        let pasted = "migrations/20250101000000_notes.sql";
        std::fs::remove_file(self.sandbox.path().join(pasted)).ok();
        let applied = self.run(&["apply"]);
        assert_eq!(applied.code, 0, "{applied:?}");
        let status = self.run(&["status"]);
        assert_eq!(
            status.code, 0,
            "what repair put in its place is claimed: {status:?}"
        );
    }

    async fn assert_right(&self, validated: bool) {
        let sql = "select confrelid = 'auth.users'::regclass and confdeltype = 'c' and conname = 'notes_user_id_fkey'
                   and convalidated = $1 from pg_constraint
                   where conrelid = 'public.notes'::regclass and contype = 'f'";
        let rows = self
            .instance
            .connect_admin()
            .await
            .query(sql, &[&validated])
            .await
            .unwrap();
        assert_eq!(rows.len(), 1);
        assert!(rows[0].get::<_, bool>(0));
        self.instance.assert_strangers_untouched().await;
    }
}

#[tokio::test]
async fn a_key_without_orphans_is_made_right() {
    let story = Story::begin(0).await;
    let done = story.json(&["repair", "--dry-run"]);
    assert_eq!(done["outcome"], "written");
    assert_eq!(done["keys"][0]["target"]["name"], "users");
    assert_eq!(
        story.sandbox.list("migrations").len(),
        1,
        "a dry run writes no file"
    );
    let done = story.run(&["repair"]);
    assert_eq!(done.code, 0, "{done:?}");
    let files = story.sandbox.list("migrations");
    let again = story.run(&["repair"]);
    assert!(
        again.out.contains("there already: migrations/"),
        "{again:?}"
    );
    assert_eq!(
        story.sandbox.list("migrations"),
        files,
        "nothing is written twice"
    );
    insta::assert_snapshot!(story.sandbox.read(&format!("migrations/{}", files[1])));
    story.apply();
    story.assert_right(true).await;
    let again = story.json(&["repair"]);
    assert_eq!(again["outcome"], "nothing_to_do");
}

#[tokio::test]
async fn rows_without_a_user_are_asked_about() {
    let story = Story::begin(3).await;
    let refused = story.run(&["repair"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(
        refused
            .out
            .contains("3 of them have an owner who is not a user"),
        "{refused:?}"
    );
    assert!(
        refused.out.contains("--orphans keep, delete or map"),
        "{refused:?}"
    );
    assert_eq!(story.sandbox.list("migrations").len(), 1);
    story
        .run(&["repair", "--orphans", "delete"])
        .assert_error(2, "--export");
    story
        .run(&["repair", "--orphans", "keep", "--export", "x"])
        .assert_error(2, "--orphans delete");

    let kept = story.run(&["repair", "--orphans", "keep"]);
    assert_eq!(kept.code, 0, "{kept:?}");
    story.apply();
    story.assert_right(false).await;
    assert_eq!(story.count("select count(*) from notes").await, 3);
}

#[tokio::test]
async fn rows_that_go_are_saved_with_what_refers_to_them() {
    let story = Story::begin(3).await;
    let done = story.json(&["repair", "--orphans", "delete", "--export", "saved"]);
    assert_eq!(done["outcome"], "written", "{done}");
    assert_eq!(
        story.sandbox.list("saved"),
        ["manifest.json", "public.note_lines.csv", "public.notes.csv"]
    );
    assert_eq!(
        story
            .sandbox
            .read("saved/public.note_lines.csv")
            .lines()
            .count(),
        4
    );

    // Somebody writes in between: nothing goes.
    story
        .instance
        .connect_admin()
        .await
        .batch_execute("update note_lines set line = 'new'")
        .await
        .unwrap();
    story.remove("20250101000000_notes.sql");
    let refused = story.run(&["apply"]);
    assert_ne!(refused.code, 0, "{refused:?}");
    let said = format!("{}{}", refused.out, refused.err);
    assert!(
        said.contains("rows have changed since they were saved"),
        "{refused:?}"
    );
    assert_eq!(story.count("select count(*) from notes").await, 3);

    for file in story.sandbox.list("migrations") {
        if file.contains("rows_without_a_user") {
            story.remove(&file);
        }
    }
    story.instance.assert_strangers_untouched().await;

    // As the refusal says: another run goes on from there, with the keys that stand by now.
    let asked = story.run(&["repair"]);
    assert!(asked.out.contains("is NOT VALID; --orphans"), "{asked:?}");
    let done = story.run(&["repair", "--orphans", "delete", "--export", "saved-again"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.out.contains("and is NOT VALID: 3 rows"), "{done:?}");
    story.apply();
    story.assert_right(true).await;
    assert_eq!(story.count("select count(*) from notes").await, 0);
}

#[tokio::test]
async fn a_repair_that_is_not_applied_gets_no_second_one_beside_it() {
    let story = Story::begin(2).await;
    let delete = |folder| ["repair", "--orphans", "delete", "--export", folder];
    let done = story.run(&delete("saved"));
    assert_eq!(done.code, 0, "{done:?}");
    let files = story.sandbox.list("migrations");
    // The rows are not those any more that the second migration is about.
    let client = story.instance.connect_admin().await;
    let written = client.batch_execute("update note_lines set line = 'new'");
    written.await.unwrap();
    let refused = story.run(&delete("saved-again"));
    refused.assert_error(2, "an earlier repair wrote migrations that are not applied");
    for word in [
        files[1].as_str(),
        &files[2],
        "delete these files",
        "lodger apply",
    ] {
        assert!(refused.err.contains(word), "{word} is not in {refused:?}");
    }
    let keep = ["repair", "--orphans", "keep"];
    story.run(&keep).assert_error(2, &files[1]);
    let dry = ["repair", "--orphans", "keep", "--dry-run"];
    story.run(&dry).assert_error(2, &files[1]);
    assert_eq!(story.sandbox.list("migrations"), files);
    assert!(!story.sandbox.path().join("saved-again").exists());

    for file in &files[1..] {
        story.remove(file);
    }
    let done = story.run(&delete("saved-again"));
    assert_eq!(done.code, 0, "{done:?}");
    story.apply();
    story.assert_right(true).await;
    assert_eq!(story.count("select count(*) from notes").await, 0);
}

#[tokio::test]
async fn saved_rows_go() {
    let story = Story::begin(2).await;
    let done = story.run(&["repair", "--orphans", "delete", "--export", "saved"]);
    assert_eq!(done.code, 0, "{done:?}");
    story.apply();
    story.assert_right(true).await;
    assert_eq!(story.count("select count(*) from notes").await, 0);
    assert_eq!(story.count("select count(*) from note_lines").await, 0);
    assert_eq!(story.count("select count(*) from users").await, 153);
}

#[tokio::test]
async fn rows_get_other_owners() {
    let story = Story::begin(2).await;
    let client = story.instance.connect_admin().await;
    let old: Vec<Uuid> = client
        .query("select user_id from notes order by 1", &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    let new = story.instance.user_ids().await[0];
    let owners = ["repair", "--orphans", "map", "--owners", "map.csv"];
    story.run(&owners).assert_error(2, "map.csv");
    story.sandbox.write("map.csv", "me,you\n");
    story
        .run(&owners)
        .assert_error(2, "one line for each owner");
    story
        .sandbox
        .write("map.csv", format!("{},{new}\n", old[0]));
    story.run(&owners).assert_error(2, &old[1].to_string());
    story.sandbox.write(
        "map.csv",
        format!("{},{new}\n{},{}\n", old[0], old[1], Uuid::max()),
    );
    story.run(&owners).assert_error(2, "are not users");
    story
        .sandbox
        .write("map.csv", format!("{},{new}\n{}, {new}\n", old[0], old[1]));
    let done = story.run(&owners);
    assert_eq!(done.code, 0, "{done:?}");
    story.apply();
    story.assert_right(true).await;
    let client = story.instance.connect_admin().await;
    let moved = "select count(*) from notes where user_id = $1";
    let moved: i64 = client.query_one(moved, &[&new]).await.unwrap().get(0);
    assert_eq!(moved, 2);
}
