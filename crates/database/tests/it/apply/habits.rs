//! Other habits of a platform or a project: supautils, Supabase's own history, names that are qualified.

use lodger_database::apply::{ApplyOptions, ApplyOutcome, LedgerNote, apply};
use lodger_migration::plan::steps::StepReason;
use lodger_migration::settings::Settings;

use crate::story::{RIGHT, applied, ask, instance, migration, session, settings};

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
