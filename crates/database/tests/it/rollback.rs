//! Rollback: takes out what the project brought in, saves its rows, and leaves everybody else alone.

use std::path::Path;

use lodger_database::apply::Retry;
use lodger_database::rollback::{
    Forgotten, RollbackError, RollbackOptions, RollbackOutcome, RollbackReport, RollbackTarget,
    rollback,
};
use lodger_database::testing::SharedInstance;
use lodger_migration::migration::Migration;

use crate::sessions::{
    LATER, SESSIONS, applied, insert_rows, migration, number, ours, session, settings,
    shared_instance,
};

fn all() -> RollbackOptions {
    RollbackOptions::new(RollbackTarget::All)
}

fn saving(folder: &Path) -> RollbackOptions {
    let mut options = all();
    options.export = Some(folder.to_owned());
    options
}

async fn roll_back(
    instance: &SharedInstance,
    migrations: &[Migration],
    options: &RollbackOptions,
) -> Result<RollbackReport, RollbackError> {
    let session = session(instance).await;
    rollback(&session, migrations, &settings(), options, &mut |_| {}).await
}

async fn with_sessions() -> (SharedInstance, Vec<Migration>) {
    let instance = shared_instance().await;
    let migrations = vec![migration("20251101040000", "sessions", SESSIONS)];
    applied(&session(&instance).await, &migrations, &settings()).await;
    (instance, migrations)
}

fn reasons(report: &RollbackReport) -> String {
    match &report.outcome {
        RollbackOutcome::Refused { reasons } => reasons.join("\n"),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_never_lost_without_a_copy_that_was_read_again() {
    let (instance, migrations) = with_sessions().await;
    insert_rows(&instance).await;
    let before = ours(&instance).await;
    let refused = roll_back(&instance, &migrations, &all()).await.unwrap();
    insta::assert_snapshot!(reasons(&refused), @r"
    table public.research_sessions has 3 rows
    table public.draft_files has 3 rows
    ");
    assert_eq!(ours(&instance).await, before);

    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("saved");
    let mut options = saving(&folder);
    options.forget = true;
    let report = roll_back(&instance, &migrations, &options).await.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut);
    assert_eq!(report.bookkeeping, Some(Forgotten::Removed));
    assert_eq!(report.versions, ["20251101040000"]);
    assert!(report.stays.is_empty(), "{:?}", report.stays);
    assert!(report.checks.iter().all(|it| it.passed));
    assert_eq!(ours(&instance).await, Vec::<String>::new());
    instance.assert_strangers_untouched().await;

    let saved: Vec<_> = report
        .exported
        .iter()
        .map(|it| (it.table.name(), it.rows))
        .collect();
    assert_eq!(
        saved,
        [
            ("public.research_sessions".to_owned(), 3),
            ("public.draft_files".to_owned(), 3)
        ]
    );
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["project"], "research");
    assert_eq!(manifest["tables"][0]["rows"], 3);
    assert_eq!(manifest["tables"][0]["sha256"], report.exported[0].sha256);
    let lodger = "select count(*) from pg_namespace where nspname = 'lodger'";
    assert_eq!(number(&instance, lodger).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_saved_can_be_loaded_again() {
    let (instance, migrations) = with_sessions().await;
    insert_rows(&instance).await;
    let sums = "select sum(hashtext(s::text))::bigint from public.research_sessions s";
    let before = number(&instance, sums).await;
    let place = tempfile::tempdir().unwrap();
    roll_back(&instance, &migrations, &saving(place.path()))
        .await
        .unwrap();
    let session = session(&instance).await;
    applied(&session, &migrations, &settings()).await;
    let file = std::fs::read(place.path().join("public.research_sessions.csv")).unwrap();
    let copy = "copy public.research_sessions (id, user_id, title, status, created_at, updated_at)
                from stdin with (format csv, header true)";
    let sink = session.client.copy_in(copy).await.unwrap();
    let mut sink = std::pin::pin!(sink);
    futures_util::SinkExt::send(&mut sink, std::io::Cursor::new(file))
        .await
        .unwrap();
    sink.finish().await.unwrap();
    assert_eq!(number(&instance, sums).await, before);
}

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
async fn whatever_others_hang_on_our_objects_is_a_refusal() {
    let (instance, migrations) = with_sessions().await;
    let before = ours(&instance).await;
    instance
        .connect()
        .await
        .batch_execute(
            "create view public.report as select title, status from public.research_sessions;
             create table public.notes (session_id uuid references public.research_sessions (id));
             create trigger users_touch before update on public.users
               for each row execute function public.research_touch();
             create index research_by_title on public.research_sessions (title);",
        )
        .await
        .unwrap();
    let report = roll_back(&instance, &migrations, &all()).await.unwrap();
    insta::assert_snapshot!(reasons(&report));
    let after: Vec<String> = ours(&instance).await;
    assert!(before.iter().all(|it| after.contains(it)), "{after:?}");
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
async fn a_folder_that_cannot_take_the_rows_stops_it() {
    let (instance, migrations) = with_sessions().await;
    insert_rows(&instance).await;
    let before = ours(&instance).await;
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("mine.txt"), "keep").unwrap();
    let full = roll_back(&instance, &migrations, &saving(place.path())).await;
    assert!(full.unwrap_err().to_string().contains("is not empty"));
    assert_eq!(
        std::fs::read(place.path().join("mine.txt")).unwrap(),
        b"keep"
    );
    let below_a_file = place.path().join("mine.txt/deeper");
    let error = roll_back(&instance, &migrations, &saving(&below_a_file)).await;
    assert!(error.unwrap_err().to_string().contains("cannot be made"));
    assert_eq!(ours(&instance).await, before);
    let rows = "select count(*) from public.research_sessions";
    assert_eq!(number(&instance, rows).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_do_not_meet() {
    let (instance, migrations) = with_sessions().await;
    let options = all();
    let (one, other) = tokio::join!(
        roll_back(&instance, &migrations, &options),
        roll_back(&instance, &migrations, &options)
    );
    let mut outcomes = [one.unwrap().outcome, other.unwrap().outcome];
    outcomes.sort_by_key(|it| *it == RollbackOutcome::TakenOut);
    assert_eq!(
        outcomes,
        [RollbackOutcome::NothingToDo, RollbackOutcome::TakenOut]
    );
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_cannot_be_had_changes_nothing() {
    let (instance, migrations) = with_sessions().await;
    let before = ours(&instance).await;
    let reader = instance.connect_admin().await;
    let hold = "begin; select from auth.users limit 1";
    reader.batch_execute(hold).await.unwrap();
    let mut options = all();
    options.lock_timeout = std::time::Duration::from_millis(50);
    options.retry = Retry {
        attempts: 2,
        ..Retry::default()
    };
    let report = roll_back(&instance, &migrations, &options).await.unwrap();
    let RollbackOutcome::LockNotAvailable { reason } = &report.outcome else {
        panic!("{report:#?}");
    };
    assert!(reason.contains("55P03"), "{reason}");
    assert_eq!(report.attempts, 2);
    assert_eq!(ours(&instance).await, before);
    reader.batch_execute("rollback").await.unwrap();
    let report = roll_back(&instance, &migrations, &options).await.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_in_the_middle_leaves_everything() {
    let (instance, migrations) = with_sessions().await;
    insert_rows(&instance).await;
    let before = ours(&instance).await;
    let place = tempfile::tempdir().unwrap();
    let (holder, killer) = (
        instance.connect_admin().await,
        instance.connect_admin().await,
    );
    // Waits for auth.users with the rows saved and the first objects dropped; then its backend is ended.
    let hold = "begin; select from auth.users limit 1";
    holder.batch_execute(hold).await.unwrap();
    let mut options = saving(place.path());
    options.lock_timeout = std::time::Duration::from_mins(1);
    let kill = async {
        let waiting = "select pg_terminate_backend(pid) from pg_stat_activity
                       where datname = current_database() and application_name = 'lodger'
                         and wait_event_type = 'Lock'";
        while killer.query(waiting, &[]).await.unwrap().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    let (ended, ()) = tokio::join!(roll_back(&instance, &migrations, &options), kill);
    let error = ended.unwrap_err();
    assert!(matches!(error, RollbackError::Postgres { .. }), "{error:?}");
    holder.batch_execute("rollback").await.unwrap();
    // Nothing was dropped: the copy is of no use, and the next try finds the folder empty.
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
    assert_eq!(ours(&instance).await, before);
    let rows = "select count(*) from public.research_sessions";
    assert_eq!(number(&instance, rows).await, 3);
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trigger_on_the_landlords_table_that_cannot_go_is_said_beforehand() {
    let instance = shared_instance().await;
    let text = "
        create function research_welcome() returns trigger language plpgsql security definer
          set search_path = '' as 'begin return new; end';
        create trigger research_welcome after insert on auth.users
          for each row execute function research_welcome();";
    let migrations = [migration("20251101040000", "welcome", text)];
    applied(&session(&instance).await, &migrations, &settings()).await;
    let report = roll_back(&instance, &migrations, &all()).await.unwrap();
    insta::assert_snapshot!(reasons(&report));
    let admin = instance.connect_admin().await;
    let advice = r#"drop trigger "research_welcome" on "auth"."users" restrict"#;
    assert!(reasons(&report).contains(advice));
    admin.batch_execute(advice).await.unwrap();
    let report = roll_back(&instance, &migrations, &all()).await.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut);
    assert_eq!(ours(&instance).await, Vec::<String>::new());
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn circles_of_tables_and_functions_come_apart() {
    let instance = shared_instance().await;
    let text = "
        create table research_a (id int primary key, b int);
        alter table research_a enable row level security;
        create table research_b (id int primary key, a int references research_a (id));
        alter table research_a add constraint research_a_b foreign key (b) references research_b (id);
        create function research_first() returns setof research_a language sql
          begin atomic select * from research_a; end;
        alter table research_b alter column a set default 1;
        create function research_count(research_a) returns int language sql immutable as 'select 1';
        create policy research_any on research_a to authenticated using (research_count(research_a) = 1);
        create function research_default() returns int language sql
          begin atomic select count(*)::int from research_b; end;
        alter table research_b alter column a set default research_default();
        create materialized view research_m as select id from research_a;";
    let migrations = [migration("20251101040000", "circles", text)];
    applied(&session(&instance).await, &migrations, &settings()).await;
    let report = roll_back(&instance, &migrations, &all()).await.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut, "{report:#?}");
    assert_eq!(ours(&instance).await, Vec::<String>::new());
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_table_and_a_rebuilt_index_are_still_ours() {
    let (instance, migrations) = with_sessions().await;
    let client = instance.connect().await;
    for sql in [
        "alter table public.research_sessions rename to research_old",
        "reindex index concurrently public.idx_draft_files_session_id",
        "reindex index concurrently public.draft_files_pkey",
    ] {
        client.batch_execute(sql).await.unwrap();
    }
    let report = roll_back(&instance, &migrations, &all()).await.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut, "{report:#?}");
    assert_eq!(ours(&instance).await, Vec::<String>::new());
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_supabases_history_go_only_when_they_are_ours() {
    let instance = shared_instance().await;
    let ledger = "
        create schema supabase_migrations;
        create table supabase_migrations.schema_migrations (
          version text primary key, statements text[], name text, created_by text);
        insert into supabase_migrations.schema_migrations (version, name)
        values ('20251102040000', 'somebody_elses');";
    let client = instance.connect().await;
    client.batch_execute(ledger).await.unwrap();
    let migrations = [
        migration("20251101040000", "sessions", SESSIONS),
        migration("20251102040000", "later", LATER),
    ];
    applied(&session(&instance).await, &migrations, &settings()).await;
    let report = roll_back(&instance, &migrations, &all()).await.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut, "{report:#?}");
    insta::assert_snapshot!(report.stays.join("\n"));
    let left = "select string_agg(name, ',') from supabase_migrations.schema_migrations";
    let left: String = client.query_one(left, &[]).await.unwrap().get(0);
    assert_eq!(left, "somebody_elses");
}

#[tokio::test(flavor = "multi_thread")]
async fn bookkeeping_that_another_project_uses_stays() {
    let (instance, migrations) = with_sessions().await;
    let others = [migration("1", "b", "create table board_b (id int)")];
    let mut board = settings();
    board.project = "board".into();
    applied(&session(&instance).await, &others, &board).await;
    let mut options = all();
    options.forget = true;
    let report = roll_back(&instance, &migrations, &options).await.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut);
    assert_eq!(
        report.bookkeeping,
        Some(Forgotten::UsedBy(vec!["board".into()]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_schema_of_ones_own_goes_unless_somebody_moved_in() {
    let text = "
        create table visits (id int generated always as identity primary key);
        alter table visits enable row level security;
        alter publication supabase_realtime add table visits;";
    let migrations = [migration("20251101040000", "visits", text)];
    let mut settings = settings();
    settings.schema = "research_home".into();
    let schemas = "select count(*) from pg_namespace where nspname = 'research_home'";
    for stranger_moves_in in [false, true] {
        let instance = shared_instance().await;
        let session = session(&instance).await;
        applied(&session, &migrations, &settings).await;
        assert_eq!(number(&instance, schemas).await, 1);
        if stranger_moves_in {
            let table = "create table research_home.theirs (id int)";
            session.client.batch_execute(table).await.unwrap();
        }
        let report = rollback(&session, &migrations, &settings, &all(), &mut |_| {}).await;
        let report = report.unwrap();
        assert_eq!(report.outcome, RollbackOutcome::TakenOut, "{report:#?}");
        let expected: Vec<String> = if stranger_moves_in {
            vec!["schema research_home stays: it is not empty (table research_home.theirs)".into()]
        } else {
            Vec::new()
        };
        assert_eq!(report.stays, expected);
        let left = number(&instance, schemas).await;
        assert_eq!(left, i64::from(stranger_moves_in));
        instance.assert_strangers_untouched().await;
    }
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

/// As `lodger demo` does on its one connection: a rehearsal first. Postgres counts what it wrote until the
/// session has been idle for a while.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_session_wrote_earlier_and_took_back_is_not_held_against_it() {
    let (instance, migrations) = with_sessions().await;
    let session = session(&instance).await;
    let earlier = "begin; update public.users set last_seen = now(); rollback";
    session.client.batch_execute(earlier).await.unwrap();
    let done = rollback(&session, &migrations, &settings(), &all(), &mut |_| {}).await;
    let report = done.unwrap();
    assert_eq!(report.outcome, RollbackOutcome::TakenOut);
    instance.assert_strangers_untouched().await;
}
