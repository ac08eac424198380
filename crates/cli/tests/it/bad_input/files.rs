//! The files are not what they should be.

use lodger_database::testing::{Cluster, SharedInstance, Variant};

use crate::project::{Project, RIGHT};

const NOTES: &str = "create table notes (id int primary key);\n";

async fn instance() -> SharedInstance {
    SharedInstance::create(Cluster::shared(), Variant::Plain).await
}

/// The tables of these names, where somebody made them.
async fn tables(instance: &SharedInstance, names: &[&str]) -> Vec<String> {
    let sql = "select relname::text from pg_class where relname = any($1) order by 1";
    let rows = instance.connect().await.query(sql, &[&names]).await;
    rows.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_that_is_broken() {
    let instance = instance().await;
    let broken = "create table more (id int primary key;\n";
    let project = Project::new(instance.url(), &[("1_a.sql", NOTES), ("2_b.sql", broken)]);
    for command in ["lint", "plan", "apply"] {
        let ended = project.run(&[command]);
        assert_eq!(ended.code, 1, "{ended:?}");
        assert!(ended.out.contains("migrations/2_b.sql:1:"), "{}", ended.out);
    }
    assert_eq!(tables(&instance, &["notes", "more"]).await, [""; 0]);

    project.write("2_b.sql", "create table more (id int primary key);\n");
    let ended = project.run(&["apply"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(
        tables(&instance, &["notes", "more"]).await,
        ["more", "notes"]
    );
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_that_fails_only_on_the_rows_that_are_there() {
    let instance = instance().await;
    let project = Project::new(instance.url(), &[("1_a.sql", NOTES)]);
    assert_eq!(project.run(&["apply"]).code, 0);
    let rows = "insert into notes values (1), (2)";
    instance.connect().await.batch_execute(rows).await.unwrap();
    let second = "create table more (id int primary key);\n\
        alter table notes add constraint notes_only_one check (id < 2);\n";
    project.write("2_b.sql", second);
    let ended = project.run(&["apply"]);
    ended.assert_error(3, "migration 2, line 2: Postgres refuses the statement");
    assert!(ended.err.contains("notes_only_one"), "{ended:?}");
    assert_eq!(tables(&instance, &["more"]).await, [""; 0]);

    let mend = "delete from notes where id = 2";
    instance.connect().await.batch_execute(mend).await.unwrap();
    let ended = project.run(&["apply"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(project.run(&["status"]).code, 0);
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_that_cannot_be_read_as_a_history() {
    let instance = instance().await;
    let project = Project::new(instance.url(), &[]);
    let ended_everywhere = |sentence: &str| {
        for command in ["plan", "apply", "status"] {
            project.run(&[command]).assert_error(2, sentence);
        }
    };
    ended_everywhere("holds no migration");
    project.write("1_a.sql", NOTES);
    project.write("1_b.sql", NOTES);
    ended_everywhere("both have the version 1");
    project.write("1_b.sql", b"select '\xe9';");
    ended_everywhere("`migrations/1_b.sql` is not UTF-8");
    assert_eq!(tables(&instance, &["notes"]).await, [""; 0]);
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_edited_after_it_was_applied() {
    let instance = instance().await;
    let project = Project::right(instance.url());
    assert_eq!(project.run(&["apply"]).code, 0);

    let file = "20251101040000_right.sql";
    project.write(
        file,
        format!("{RIGHT}\ncreate table sneaked_in (id int);\n"),
    );
    project.write("20251102000000_notes.sql", NOTES);
    for command in ["plan", "apply", "status"] {
        let ended = project.run(&[command]);
        assert_eq!(ended.code, 1, "{ended:?}");
        let line = ended.out.lines().find(|line| line.contains("edited"));
        assert!(
            line.is_some_and(|line| line.contains("20251101040000")),
            "{command}: {}",
            ended.out
        );
    }
    let ended = project.run(&["plan", "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(plan["verdict"], "refused");
    assert_eq!(plan["edited"], serde_json::json!(["20251101040000"]));
    assert_eq!(tables(&instance, &["notes", "sneaked_in"]).await, [""; 0]);

    project.write(file, RIGHT);
    let ended = project.run(&["apply"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(tables(&instance, &["notes", "sneaked_in"]).await, ["notes"]);
    instance.assert_strangers_untouched().await;
}
