//! Applying on the shared instance: all or nothing, compared with the plan, nobody else touched.

use std::time::{Duration, Instant};

use lodger_database::apply::{
    ApplyError, ApplyEvent, ApplyOptions, ApplyOutcome, LedgerNote, LockError, apply,
};
use lodger_database::connect::Session;
use lodger_database::testing::{Cluster, Template};
use lodger_migration::plan::MigrationState;
use lodger_migration::plan::steps::StepReason;
use lodger_migration::settings::Settings;

use crate::story::{RIGHT, WRONG, applied, ask, instance, migration, planned, session, settings};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_key_on_a_table_with_rows_is_validated_in_a_step_of_its_own() {
    let instance = instance().await;
    let first = migration("1", "create table big (id int primary key, user_id uuid);");
    applied(&instance, std::slice::from_ref(&first)).await;
    let fill = "insert into big select i, (select id from auth.users limit 1) from generate_series(1, 500) i; analyze big";
    instance.connect().await.batch_execute(fill).await.unwrap();
    let second = migration(
        "2",
        "alter table big add foreign key (user_id) references auth.users (id) on delete cascade;
         create index big_user_id on big (user_id);",
    );
    let report = applied(&instance, &[first, second]).await;
    assert_eq!(
        report.outcome,
        ApplyOutcome::Applied,
        "{:#?}",
        report.prepared.plan.diagnostics
    );
    let reasons: Vec<_> = report.applied[0]
        .steps
        .iter()
        .map(|step| step.reason)
        .collect();
    assert_eq!(reasons, [None, Some(StepReason::Validation)]);
    let valid = "select bool_and(convalidated)::text from pg_constraint where contype = 'f' and conrelid = 'big'::regclass";
    assert_eq!(ask(&instance, valid).await, "true");
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_index_that_an_earlier_failure_left_is_dropped_before_the_retry() {
    let instance = instance().await;
    let first = migration("1", "create table words (id int primary key, word text);");
    applied(&instance, std::slice::from_ref(&first)).await;
    let client = instance.connect().await;
    client
        .batch_execute("insert into words values (1, 'a'), (2, 'a')")
        .await
        .unwrap();
    let second = migration(
        "2",
        "create unique index concurrently if not exists words_once on words (word);",
    );
    let migrations = [first, second];
    let own = session(&instance).await;
    let options = ApplyOptions::default();
    let failed = apply(&own, &migrations, &settings(), &options, &mut |_| ()).await;
    assert!(
        matches!(failed, Err(ApplyError::Statement { line: 1, .. })),
        "{failed:?}"
    );
    let indexes = "select count(*) from pg_class where relname = 'words_once'";
    assert_eq!(
        ask(&instance, indexes).await,
        "0",
        "nothing INVALID stays behind"
    );
    // Somebody else's attempt, by hand, leaves one all the same.
    client
        .batch_execute("create unique index concurrently words_once on words (word)")
        .await
        .unwrap_err();
    assert_eq!(ask(&instance, indexes).await, "1");
    client
        .batch_execute("delete from words where id = 2")
        .await
        .unwrap();
    let report = applied(&instance, &migrations).await;
    assert_eq!(report.outcome, ApplyOutcome::Applied);
    let valid = "select indisvalid::text from pg_index where indexrelid = 'words_once'::regclass";
    assert_eq!(ask(&instance, valid).await, "true");
}

#[tokio::test(flavor = "multi_thread")]
async fn under_supautils_policies_and_drop_trigger_come_last() {
    let instance = instance().await;
    let name = instance.database().name();
    let set = format!("alter database {name} set supautils.policy_grants = '{{}}'");
    instance
        .connect_admin()
        .await
        .batch_execute(&set)
        .await
        .unwrap();
    let report = applied(&instance, &[migration("20251101040000", RIGHT)]).await;
    assert_eq!(report.outcome, ApplyOutcome::Applied);
    let reasons: Vec<_> = report.applied[0]
        .steps
        .iter()
        .map(|step| step.reason)
        .collect();
    assert_eq!(reasons, [None, Some(StepReason::Supautils)]);
    assert_eq!(
        ask(
            &instance,
            "select count(*) from pg_policy where polname = 'research_sessions_owner'"
        )
        .await,
        "1"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_somebody_holds_is_waited_for_and_sign_ins_are_not_held_up() {
    let instance = instance().await;
    let holder = instance.connect_admin().await;
    holder
        .batch_execute("begin; update auth.users set updated_at = updated_at")
        .await
        .unwrap();
    let (tell, told) = tokio::sync::oneshot::channel();
    let release = tokio::spawn(async move {
        told.await.unwrap();
        holder.batch_execute("rollback").await.unwrap();
    });
    let mut tell = Some(tell);
    let own = session(&instance).await;
    let options = ApplyOptions {
        lock_timeout: Duration::from_millis(300),
        ..ApplyOptions::default()
    };
    let mut retries = 0;
    let report = apply(
        &own,
        &[migration("1", RIGHT)],
        &settings(),
        &options,
        &mut |event| {
            if matches!(event, ApplyEvent::Retrying { .. }) {
                retries += 1;
                tell.take().map(|tell| tell.send(()));
            }
        },
    )
    .await
    .unwrap();
    release.await.unwrap();
    assert_eq!(report.outcome, ApplyOutcome::Applied);
    assert!(retries > 0);
    assert_eq!(report.applied[0].steps[0].attempts, retries + 1);
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_is_never_given_back_ends_in_a_refusal_and_nothing_half_done() {
    let instance = instance().await;
    let holder = instance.connect_admin().await;
    holder
        .batch_execute("begin; update auth.users set updated_at = updated_at")
        .await
        .unwrap();
    let own = session(&instance).await;
    let mut options = ApplyOptions {
        lock_timeout: Duration::from_millis(100),
        ..ApplyOptions::default()
    };
    options.retry.attempts = 3;
    let migrations = [migration("1", RIGHT)];
    let report = apply(&own, &migrations, &settings(), &options, &mut |_| ())
        .await
        .unwrap();
    assert!(
        matches!(report.outcome, ApplyOutcome::LockNotAvailable { .. }),
        "{:?}",
        report.outcome
    );
    holder.batch_execute("rollback").await.unwrap();
    assert_eq!(
        ask(&instance, "select to_regclass('research_sessions')::text").await,
        ""
    );
    let report = applied(&instance, &migrations).await;
    assert_eq!(
        report.outcome,
        ApplyOutcome::Applied,
        "the next run carries on"
    );
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_applies_at_once_are_one_after_the_other() {
    let instance = instance().await;
    let migrations = [migration("1", RIGHT)];
    let (one, two) = tokio::join!(
        applied(&instance, &migrations),
        applied(&instance, &migrations)
    );
    assert_eq!(
        (one.outcome, two.outcome),
        (ApplyOutcome::Applied, ApplyOutcome::Applied)
    );
    assert_eq!(
        one.applied.len() + two.applied.len(),
        1,
        "only one of them did it"
    );
    let own = session(&instance).await;
    let other = session(&instance).await;
    other
        .client
        .batch_execute("select pg_advisory_lock(1)")
        .await
        .unwrap();
    let options = ApplyOptions {
        wait: Duration::from_millis(300),
        ..ApplyOptions::default()
    };
    // The project's lock, held by a session that does not let go.
    let lock = "select pg_advisory_lock(((classid::bigint << 32) | objid::bigint)) from pg_locks where false";
    other.client.batch_execute(lock).await.unwrap();
    let started = Instant::now();
    apply(&own, &migrations, &settings(), &options, &mut |_| ())
        .await
        .unwrap();
    assert!(started.elapsed() < Duration::from_mins(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_apply_says_so_when_the_first_does_not_end() {
    let instance = instance().await;
    let migrations = [migration("1", RIGHT)];
    let holder = instance.connect_admin().await;
    holder
        .batch_execute("begin; lock table auth.users in access exclusive mode")
        .await
        .unwrap();
    let first = session(&instance).await;
    let second = session(&instance).await;
    let slow = ApplyOptions {
        lock_timeout: Duration::from_secs(30),
        ..ApplyOptions::default()
    };
    let hasty = ApplyOptions {
        wait: Duration::from_millis(200),
        ..ApplyOptions::default()
    };
    let running = tokio::spawn({
        let migrations = migrations.clone();
        async move { apply(&first, &migrations, &settings(), &slow, &mut |_| ()).await }
    });
    let taken = "select count(*) from pg_locks where locktype = 'advisory' and granted";
    while ask(&instance, taken).await == "0" {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let refused = apply(&second, &migrations, &settings(), &hasty, &mut |_| ()).await;
    assert!(
        matches!(refused, Err(ApplyError::Lock(LockError::Taken { .. }))),
        "{refused:?}"
    );
    holder.batch_execute("rollback").await.unwrap();
    assert_eq!(
        running.await.unwrap().unwrap().outcome,
        ApplyOutcome::Applied
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_dies_midway_leaves_nothing_and_the_next_run_carries_on() {
    let instance = instance().await;
    let migrations = [migration("1", &format!("{RIGHT}; select pg_sleep(20);"))];
    let own = session(&instance).await;
    let running = tokio::spawn({
        let migrations = migrations.clone();
        async move {
            apply(
                &own,
                &migrations,
                &settings(),
                &ApplyOptions::default(),
                &mut |_| (),
            )
            .await
        }
    });
    let asleep = "select count(*) from pg_stat_activity where query ~ '^select pg_sleep' and state = 'active' \
        and datname = current_database()";
    let deadline = Instant::now() + Duration::from_secs(90);
    while ask(&instance, asleep).await == "0" {
        assert!(
            Instant::now() < deadline,
            "the apply never got to its last statement"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let kill = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
        where query ~ '^select pg_sleep' and datname = current_database()";
    instance
        .connect_admin()
        .await
        .batch_execute(kill)
        .await
        .unwrap();
    let failed = running.await.unwrap();
    assert!(failed.is_err(), "{failed:?}");
    assert_eq!(
        ask(&instance, "select to_regclass('research_sessions')::text").await,
        ""
    );
    instance.assert_strangers_untouched().await;
    let report = applied(&instance, &[migration("1", RIGHT)]).await;
    // The file has changed since it was begun, but no step of it was done: it is simply begun again.
    assert_eq!(report.outcome, ApplyOutcome::Applied);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_edited_after_it_was_applied_is_refused() {
    let instance = instance().await;
    applied(&instance, &[migration("1", RIGHT)]).await;
    let edited = [migration("1", &format!("{RIGHT}\n-- a new line"))];
    let report = applied(&instance, &edited).await;
    assert_eq!(report.outcome, ApplyOutcome::Refused);
    assert_eq!(report.prepared.states, [MigrationState::Edited]);
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_sql_is_refused_by_the_plan() {
    let instance = instance().await;
    let report = applied(&instance, &[migration("1", "create tabel x (id int);")]).await;
    assert_eq!(report.outcome, ApplyOutcome::Refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_was_reviewed_is_the_plan_that_is_applied() {
    let instance = instance().await;
    let migrations = [migration("1", RIGHT)];
    let fingerprint = planned(&instance, &migrations).await.plan.fingerprint;
    instance
        .connect()
        .await
        .batch_execute("create table public.new_neighbour (id int)")
        .await
        .unwrap();
    let options = ApplyOptions {
        expected_fingerprint: Some(fingerprint),
        ..ApplyOptions::default()
    };
    let own = session(&instance).await;
    let report = apply(&own, &migrations, &settings(), &options, &mut |_| ())
        .await
        .unwrap();
    assert!(
        matches!(report.outcome, ApplyOutcome::Stale { .. }),
        "{:?}",
        report.outcome
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_auth_users_the_plan_says_so() {
    let database = Cluster::shared().database(Template::Empty).await;
    let own = Session::connect(&database.url()).await.unwrap();
    let options = ApplyOptions::default();
    let report = apply(
        &own,
        &[migration("1", RIGHT)],
        &settings(),
        &options,
        &mut |_| (),
    )
    .await
    .unwrap();
    assert_eq!(report.outcome, ApplyOutcome::Refused);
    let said: Vec<_> = report
        .prepared
        .plan
        .diagnostics
        .iter()
        .map(|it| &it.message)
        .collect();
    assert!(said.iter().any(|it| it.contains("auth")), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn supabases_history_is_written_unless_the_version_is_taken() {
    let instance = instance().await;
    let ledger = "create schema supabase_migrations;
        create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text, created_by text);
        insert into supabase_migrations.schema_migrations (version, name) values ('2', 'somebody elses')";
    instance
        .connect()
        .await
        .batch_execute(ledger)
        .await
        .unwrap();
    let migrations = [
        migration("1", "create table mine_one (id int primary key);"),
        migration("2", "create table mine_two (id int primary key);"),
    ];
    let report = applied(&instance, &migrations).await;
    assert_eq!(report.outcome, ApplyOutcome::Applied);
    let notes: Vec<_> = report.applied.iter().map(|it| it.ledger.clone()).collect();
    assert_eq!(
        notes,
        [LedgerNote::Written, LedgerNote::TakenBySomebodyElse]
    );
    let theirs = "select name from supabase_migrations.schema_migrations where version = '2'";
    assert_eq!(ask(&instance, theirs).await, "somebody elses");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_after_the_plan_and_is_in_reach_stops_the_apply() {
    let instance = instance().await;
    let holder = instance.connect_admin().await;
    let hold = "begin; update auth.users set updated_at = updated_at";
    holder.batch_execute(hold).await.unwrap();
    let (tell, told) = tokio::sync::oneshot::channel();
    let neighbour = instance.connect().await;
    let busy = tokio::spawn(async move {
        told.await.unwrap();
        let theirs = "create type public.session_status as enum ('theirs')";
        neighbour.batch_execute(theirs).await.unwrap();
        holder.batch_execute("rollback").await.unwrap();
    });
    let own = session(&instance).await;
    let options = ApplyOptions {
        lock_timeout: Duration::from_millis(200),
        ..ApplyOptions::default()
    };
    // The first statement that waits is the one about auth.users; by then the type is ours, uncommitted.
    let sql = "create table waits (user_id uuid references auth.users (id) on delete cascade);
        create type session_status as enum ('in_progress');";
    let mut tell = Some(tell);
    let migrations = [migration("1", sql)];
    let report = apply(&own, &migrations, &settings(), &options, &mut |event| {
        if matches!(event, ApplyEvent::Retrying { .. }) {
            tell.take().map(|tell| tell.send(()));
        }
    })
    .await
    .unwrap();
    busy.await.unwrap();
    let ApplyOutcome::Stale { differences } = &report.outcome else {
        panic!("{:?}", report.outcome)
    };
    assert!(
        differences.iter().any(|it| it.contains("session_status")),
        "{differences:?}"
    );
    assert_eq!(
        ask(&instance, "select to_regclass('waits')::text").await,
        ""
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn projects_that_qualify_every_name_or_set_their_own_search_path_work_as_well() {
    let instance = instance().await;
    let own_schema = Settings {
        schema: "research".to_owned(),
        ..settings()
    };
    let migrations = [
        migration(
            "1",
            "create schema billing; create table billing.invoices (id int primary key);",
        ),
        migration(
            "2",
            "set search_path = billing, public; create table payments (id int primary key, \
             invoice int references invoices (id));",
        ),
        migration("3", "create table notes (id int primary key);"),
    ];
    let session = session(&instance).await;
    let options = ApplyOptions::default();
    let report = apply(&session, &migrations, &own_schema, &options, &mut |_| ())
        .await
        .unwrap();
    assert_eq!(
        report.outcome,
        ApplyOutcome::Applied,
        "{:#?}",
        report.prepared.plan.diagnostics
    );
    let tables = "select string_agg(n.nspname || '.' || c.relname, ' ' order by c.relname) from pg_class c \
        join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname in ('billing', 'research')";
    assert_eq!(
        ask(&instance, tables).await,
        "billing.invoices research.notes billing.payments"
    );
    let claimed = "select count(*) from lodger.objects where identity = 'schema research'";
    assert_eq!(
        ask(&instance, claimed).await,
        "1",
        "the home schema that Lodger made is claimed"
    );
    instance.assert_strangers_untouched().await;
}
