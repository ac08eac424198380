//! What is applied is what was planned, and nobody else is touched.

use lodger_database::apply::ApplyOutcome;
use lodger_migration::plan::MigrationState;

use crate::story::{RIGHT, WRONG, applied, ask, instance, migration};

#[tokio::test(flavor = "multi_thread")]
async fn the_right_migration_goes_in_and_nobody_else_is_touched() {
    let instance = instance().await;
    let migrations = [migration("20251101040000", RIGHT)];
    let report = applied(&instance, &migrations).await;
    assert_eq!(report.outcome, ApplyOutcome::Applied);
    assert!(
        report.applied[0].steps[0]
            .checks
            .iter()
            .all(|check| check.passed)
    );
    let target = "select n.nspname || '.' || c.relname from pg_constraint k \
        join pg_class c on c.oid = k.confrelid join pg_namespace n on n.oid = c.relnamespace \
        where k.conname = 'research_sessions_user_id_fkey'";
    assert_eq!(ask(&instance, target).await, "auth.users");
    let claimed = "select count(*) from lodger.objects where project = 'research'";
    assert_eq!(ask(&instance, claimed).await, "7");
    instance.assert_strangers_untouched().await;

    let again = applied(&instance, &migrations).await;
    assert_eq!(again.outcome, ApplyOutcome::Applied);
    assert!(again.applied.is_empty());
    assert_eq!(again.prepared.states, [MigrationState::Applied]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_migration_is_refused_before_anything_begins() {
    let instance = instance().await;
    let report = applied(&instance, &[migration("20251101030227", WRONG)]).await;
    assert_eq!(report.outcome, ApplyOutcome::Refused);
    let there = "select count(*) from pg_namespace where nspname = 'lodger'";
    assert_eq!(ask(&instance, there).await, "0");
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_that_the_plan_cannot_see_through_is_caught_before_commit() {
    let instance = instance().await;
    // No text names the table, so it does not stand on the mirror.
    let hidden = "create table mine (id int primary key);
        do $$ declare it text := 'public.' || reverse('sboj'); begin
            if to_regclass(it) is not null then
                execute 'alter table ' || it || ' add column hidden int';
            end if;
        end $$;";
    let report = applied(&instance, &[migration("20251101040000", hidden)]).await;
    let ApplyOutcome::RolledBack { differences, .. } = &report.outcome else {
        panic!("{:?}", report.outcome)
    };
    assert!(
        differences.iter().any(|it| it.contains("public.jobs")),
        "{differences:?}"
    );
    assert_eq!(
        ask(&instance, "select to_regclass('public.mine')::text").await,
        ""
    );
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_others_that_a_hidden_statement_writes_are_caught_before_commit() {
    let instance = instance().await;
    let hidden = "create table mine (id int primary key);
        do $$ declare it record; begin
            -- On a mirror there are no rows of others, so that there it does nothing.
            for it in select tablename from pg_tables, (select from public.users limit 1) as somebody
                where tablename like 'jo%' loop
                execute format('delete from public.%I', it.tablename);
            end loop;
        end $$;";
    let report = applied(&instance, &[migration("20251101040000", hidden)]).await;
    let ApplyOutcome::RolledBack { differences, .. } = &report.outcome else {
        panic!("{:?}", report.outcome)
    };
    assert!(
        differences
            .iter()
            .any(|it| it.contains("rows of table public.jobs")),
        "{differences:?}"
    );
    instance.assert_strangers_untouched().await;
}
