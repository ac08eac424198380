//! What belongs to others stays, and what they hang on ours is a refusal.

use lodger_database::rollback::{Forgotten, RollbackOutcome, rollback};

use super::{all, reasons, roll_back, with_sessions};
use crate::sessions::{
    LATER, SESSIONS, applied, migration, number, ours, session, settings, shared_instance,
};

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
