//! Objects that need each other, or have changed since.

use lodger_database::rollback::RollbackOutcome;

use super::{all, roll_back, with_sessions};
use crate::sessions::{applied, migration, ours, session, settings, shared_instance};

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
