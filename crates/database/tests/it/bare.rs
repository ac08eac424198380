//! A shared database that is not Supabase's: `auth.users` was made by hand, with a few columns.

use lodger_database::apply::{ApplyOptions, ApplyOutcome, apply};
use lodger_database::connect::Session;
use lodger_database::pool::{Pool, PoolSettings};
use lodger_database::prepare::{Prepared, prepare};
use lodger_database::rehearse::{RehearseOptions, rehearse};
use lodger_database::scoped::{Principal, Query, Scoped};
use lodger_database::testing::{Cluster, Template, TestDatabase};
use lodger_database::verify::verify;
use lodger_migration::outcome::Action;
use uuid::Uuid;

use crate::story::{RIGHT, WRONG, migration, settings};

const BY_HAND: &str = "
create schema auth;
create table auth.users (
  id uuid primary key default gen_random_uuid(), email text unique, is_anonymous boolean not null default false
);
create function auth.uid() returns uuid language sql stable
  as $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
insert into auth.users (email) values ('ann@example.test'), ('ben@example.test');
grant usage on schema auth to authenticated;
create table public.users (id uuid primary key, email text, last_seen timestamptz, total_jobs int);
create table public.jobs (id int primary key, user_id uuid references public.users (id) on delete cascade);
";

async fn by_hand() -> (TestDatabase, Session) {
    // Roles belong to the cluster: those of the platform are there once this one was made.
    drop(Cluster::shared().database(Template::Base).await);
    let database = Cluster::shared().database(Template::Empty).await;
    database
        .connect()
        .await
        .batch_execute(BY_HAND)
        .await
        .unwrap();
    let session = Session::connect(&database.url()).await.unwrap();
    (database, session)
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_a_table_of_users_made_by_hand_are_known() {
    let (_database, session) = by_hand().await;
    let migrations = [migration("1", RIGHT)];
    let prepared = prepare(&session, &migrations, &settings()).await.unwrap();
    assert_eq!(prepared.not_mirrored, []);
    assert!(
        !prepared.plan.is_refused(),
        "{:#?}",
        prepared.plan.diagnostics
    );
    let options = ApplyOptions::default();
    let report = apply(&session, &migrations, &settings(), &options, &mut |_| ()).await;
    assert_eq!(report.unwrap().outcome, ApplyOutcome::Applied);
    let verified = verify(&session, &migrations, &settings()).await.unwrap();
    assert!(verified.checks.iter().all(|it| it.passed), "{verified:#?}");
    // That auth.uid() reads the setting of the one claim, as PostgREST set it once.
    let options = RehearseOptions::default();
    let rehearsed = Box::pin(rehearse(&session, &settings(), &options, &mut |_| ())).await;
    let rehearsed = rehearsed.unwrap();
    assert!(
        rehearsed.checks.iter().all(|it| it.passed),
        "{rehearsed:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_one_claim_only_knows_the_same_user() {
    let (database, _session) = by_hand().await;
    let pool = Pool::new(&database.url(), PoolSettings::default()).unwrap();
    let id = Uuid::from_u128(7);
    let who = "select auth.uid() as id, current_setting('request.jwt.claim.role') as role";
    for (principal, id, role) in [
        (Principal::user(id, true), Some(id), "authenticated"),
        (Principal::anon(), None, "anon"),
    ] {
        let scoped = Scoped::new(pool.clone(), principal, "public");
        let [rows] = scoped.read([Query::new(who, &[])]).await.unwrap();
        assert_eq!(rows[0].try_get::<Option<Uuid>>("id").unwrap(), id);
        assert_eq!(rows[0].try_get::<&str>("role").unwrap(), role);
    }
}

/// What the statements that fail say.
fn failures(prepared: &Prepared) -> Vec<&str> {
    let outcomes = prepared.plan.due().flat_map(|it| &it.statements);
    let failed = outcomes
        .flat_map(|it| &it.outcomes)
        .filter(|it| it.action == Action::Fails);
    failed.filter_map(|it| it.detail.as_deref()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hangs_on_a_table_of_users_made_by_hand_is_there_too() {
    let (_database, session) = by_hand().await;
    let clash = "create table keys (email text references auth.users (email) on delete cascade);
        create index users_pkey on auth.users (email);";
    let migrations = [migration("1", clash)];
    let prepared = prepare(&session, &migrations, &settings()).await.unwrap();
    assert_eq!(
        failures(&prepared),
        ["relation \"users_pkey\" already exists (42P07)"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn extensions_need_no_schema_of_supabases() {
    let (_database, session) = by_hand().await;
    let text =
        "create extension if not exists pgcrypto; create extension \"uuid-ossp\" with schema auth;
        create table keys (id uuid primary key default auth.uuid_generate_v4(),
          token text not null default encode(public.gen_random_bytes(8), 'hex'));
        create extension http with schema extensions;";
    let migrations = [migration("1", text)];
    let prepared = prepare(&session, &migrations, &settings()).await.unwrap();
    assert_eq!(
        failures(&prepared),
        ["schema \"extensions\" does not exist (3F000)"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn extensions_that_stand_elsewhere_are_at_hand() {
    let (database, session) = by_hand().await;
    let there = "create extension pgcrypto with schema public; create extension \"uuid-ossp\" with schema public;";
    let admin = database.connect_admin().await;
    admin.batch_execute(there).await.unwrap();
    let text =
        "create extension if not exists pgcrypto; create extension if not exists \"uuid-ossp\";
        create table keys (id uuid primary key default uuid_generate_v4(),
          token text not null default encode(gen_random_bytes(8), 'hex'));
        alter table keys enable row level security;";
    let migrations = [migration("1", text)];
    let options = ApplyOptions::default();
    let report = apply(&session, &migrations, &settings(), &options, &mut |_| ()).await;
    let report = report.unwrap();
    assert_eq!(
        report.outcome,
        ApplyOutcome::Applied,
        "{:#?}",
        report.prepared.plan
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn why_something_is_missing_there_is_said() {
    let (_database, session) = by_hand().await;
    let text = "create table a (id int primary key, s uuid references auth.sessions (id));
        create index a_s on a (s);";
    let migrations = [migration("1", text)];
    let prepared = prepare(&session, &migrations, &settings()).await.unwrap();
    let found = prepared.plan.diagnostics.iter();
    let failed = found.filter(|it| it.rule == "statement-fails");
    let helps: Vec<_> = failed.filter_map(|it| it.help.as_deref()).collect();
    assert_eq!(
        helps,
        [
            "`auth.sessions` is Supabase's, and not in this database: make it there first, or do without it.",
            "`a` is to be made on line 1: see what is said of that.",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_migration_is_refused_there() {
    let (_database, session) = by_hand().await;
    let migrations = [migration("1", WRONG)];
    let prepared = prepare(&session, &migrations, &settings()).await.unwrap();
    let rules: Vec<&str> = prepared
        .plan
        .diagnostics
        .iter()
        .map(|it| it.rule.as_ref())
        .collect();
    for rule in [
        "skipped-different-shape",
        "foreign-key-not-to-auth-users",
        "trigger-column-missing",
    ] {
        assert!(rules.contains(&rule), "{rule} is not among {rules:?}");
    }
    let about_theirs = |it: &&lodger_migration::diagnostic::Diagnostic| {
        let object = it.object.as_ref();
        it.rule == "rls-off" && object.is_some_and(|id| id.name() == "public.users")
    };
    let advice = prepared.plan.diagnostics.iter().find(about_theirs);
    assert_eq!(advice, None, "nobody is told to alter the stranger's table");
}
