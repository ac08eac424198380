//! Back to a version, also without the files.

use lodger_database::rollback::{RollbackOptions, RollbackOutcome, RollbackTarget};

use super::{all, reasons, roll_back, with_sessions};
use crate::sessions::{
    LATER, SESSIONS, applied, insert_rows, migration, number, ours, session, settings,
    shared_instance,
};

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_gone_do_not_matter() {
    let (instance, _) = with_sessions().await;
    let report = roll_back(&instance, &[], &all()).await.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut);
    assert_eq!(ours(&instance).await, Vec::<String>::new());
    let again = roll_back(&instance, &[], &all()).await.unwrap();
    assert_eq!(again.outcome, RollbackOutcome::NothingToDo);
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn going_back_to_a_version_undoes_what_came_after_it() {
    let instance = shared_instance().await;
    let first = migration("20251101040000", "sessions", SESSIONS);
    let second = migration("20251102040000", "later", LATER);
    let migrations = [first.clone(), second];
    let session = session(&instance).await;
    applied(&session, &migrations[..1], &settings()).await;
    let before = ours(&instance).await;
    let body = "select sum(hashtext(prosrc)) from pg_proc where proname = 'research_touch'";
    let old_body = number(&instance, body).await;
    applied(&session, &migrations, &settings()).await;
    assert_ne!(number(&instance, body).await, old_body);
    insert_rows(&instance).await;

    let options = RollbackOptions::new(RollbackTarget::To(first.version.clone()));
    let filled = "update public.research_sessions set language = 'de' where title = 'plain'";
    let admin = instance.connect_admin().await;
    admin.batch_execute(filled).await.unwrap();
    let refused = roll_back(&instance, &migrations, &options).await.unwrap();
    assert_eq!(
        reasons(&refused),
        "column language of table public.research_sessions has values in 1 row"
    );
    let empty = "update public.research_sessions set language = null";
    admin.batch_execute(empty).await.unwrap();
    let report = roll_back(&instance, &migrations, &options).await.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut, "{report:#?}");
    assert_eq!(report.versions, ["20251102040000"]);
    assert_eq!(
        report.undone,
        [
            "column language of table public.research_sessions is dropped",
            "function public.research_touch() has its earlier definition again"
        ]
    );
    assert!(report.stays.is_empty(), "{:?}", report.stays);
    assert_eq!(ours(&instance).await, before);
    assert_eq!(number(&instance, body).await, old_body);
    let rows = "select count(*) from public.research_sessions";
    assert_eq!(number(&instance, rows).await, 3);
    instance.assert_strangers_untouched().await;
    // The history is as it was after the first: the second is due again, and goes in again.
    applied(&session, &migrations, &settings()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_another_name_is_still_what_the_first_migration_made() {
    let instance = shared_instance().await;
    let text = "create table notes (id int primary key); alter table notes enable row level security;
        create table notes_next (id int primary key, user_id uuid); alter table notes_next enable row level security;
        create view note_ids as select id from notes;";
    let swap = "alter table notes rename to notes_before; alter table notes_next rename to notes;
        drop view note_ids; create view note_ids as select id, user_id from notes;";
    let migrations = [
        migration("20251101040000", "notes", text),
        migration("20251102040000", "swap", swap),
    ];
    applied(&session(&instance).await, &migrations, &settings()).await;
    let client = instance.connect().await;
    let claims =
        "select identity || ' of ' || version || case when c.oid is null then ', gone' else '' end
        from lodger.objects as o left join pg_class as c on c.oid = o.oid
        where class = 'relation' and identity !~ '^index' order by identity";
    let rows = client.query(claims, &[]).await.unwrap();
    let claims: Vec<String> = rows.iter().map(|it| it.get(0)).collect();
    assert_eq!(
        claims,
        [
            "table public.notes of 20251101040000",
            "table public.notes_before of 20251101040000",
            "view public.note_ids of 20251102040000"
        ]
    );
    client
        .batch_execute("insert into notes_before values (1)")
        .await
        .unwrap();
    let options = RollbackOptions::new(RollbackTarget::To("20251101040000".into()));
    let report = roll_back(&instance, &migrations, &options).await.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut, "{report:#?}");
    for stays in [
        "table public.notes keeps its later name, public.notes_before",
        "table public.notes_next keeps its later name, public.notes",
    ] {
        assert!(report.stays.iter().any(|it| it == stays), "{report:#?}");
    }
    assert_eq!(report.undone, Vec::<String>::new());
    assert_eq!(
        number(&instance, "select count(*) from notes_before").await,
        1
    );
    let column = "select count(*) from pg_attribute where attrelid = 'notes'::regclass and attname = 'user_id'";
    assert_eq!(number(&instance, column).await, 1);
    let report = roll_back(&instance, &migrations, &all()).await.unwrap();
    assert_eq!(reasons(&report), "table public.notes_before has 1 row");
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_with_another_name_is_no_new_one() {
    let instance = shared_instance().await;
    let text = "create table notes (id int primary key, title text, body text);
        alter table notes enable row level security;";
    let change = "alter table notes rename title to heading; alter table notes add language text;
        alter table notes rename body to content; alter table notes alter content type varchar(9);";
    let migrations = [
        migration("20251101040000", "notes", text),
        migration("20251102040000", "names", change),
    ];
    applied(&session(&instance).await, &migrations, &settings()).await;
    let client = instance.connect().await;
    let row = "insert into notes values (1)";
    client.batch_execute(row).await.unwrap();
    let options = RollbackOptions::new(RollbackTarget::To("20251101040000".into()));
    let report = roll_back(&instance, &migrations, &options).await.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut, "{report:#?}");
    assert_eq!(
        report.undone,
        ["column language of table public.notes is dropped"]
    );
    insta::assert_snapshot!(report.stays.join("\n"));
    let columns = "select string_agg(attname, ' ' order by attnum) from pg_attribute
        where attrelid = 'notes'::regclass and attnum > 0 and not attisdropped";
    let columns: String = client.query_one(columns, &[]).await.unwrap().get(0);
    assert_eq!(columns, "id heading content");
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_version_names_the_known_ones() {
    let (instance, migrations) = with_sessions().await;
    let options = RollbackOptions::new(RollbackTarget::To("7".into()));
    let error = roll_back(&instance, &migrations, &options)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "version 7 is not applied here; these are: 20251101040000"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_back_is_named() {
    let instance = shared_instance().await;
    let text = "
        create type research_kind as enum ('a');
        create table research_kinds (kind research_kind primary key);
        alter table research_kinds enable row level security;
        insert into research_kinds values ('a');
        delete from research_kinds;
        grant select on research_kinds to service_role;
        insert into storage.buckets (id, name) values ('research-files', 'research-files');";
    let first = migration("20251101040000", "kinds", text);
    let second = migration(
        "20251102040000",
        "more",
        "alter type research_kind add value 'b'; grant select on research_kinds to authenticated",
    );
    let migrations = [first, second];
    applied(&session(&instance).await, &migrations, &settings()).await;
    let options = RollbackOptions::new(RollbackTarget::To("20251101040000".into()));
    let report = roll_back(&instance, &migrations, &options).await.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut, "{report:#?}");
    insta::assert_snapshot!(report.stays.join("\n"));
    let report = roll_back(&instance, &migrations, &all()).await.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut, "{report:#?}");
    insta::assert_snapshot!(report.stays.join("\n"));
}
