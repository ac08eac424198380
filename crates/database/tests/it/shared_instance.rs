//! The shared instance: it holds what it says, and every kind of damage to it is noticed.

use lodger_database::base::{self, strangers};
use lodger_database::embedded::EmbeddedServer;
use lodger_database::testing::{Cluster, SharedInstance, Variant};

async fn plain() -> SharedInstance {
    SharedInstance::create(Cluster::shared(), Variant::Plain).await
}

async fn count(instance: &SharedInstance, table: &str) -> i64 {
    let sql = format!("select count(*) from {table}");
    let row = instance.connect().await.query_one(&sql, &[]).await.unwrap();
    row.get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn holds_what_other_projects_left_there() {
    let instance = plain().await;
    for (table, rows) in [
        ("public.users", 153),
        ("public.jobs", 459),
        ("public.profiles", 20),
        ("auth.users", 20),
        ("auth.identities", 15),
    ] {
        assert_eq!(count(&instance, table).await, rows, "{table}");
    }
    assert_eq!(instance.user_ids().await.len(), 20);
    assert_eq!(instance.registered_user_ids().await.len(), 15);
    assert_eq!(instance.anonymous_user_ids().await.len(), 5);
    instance.assert_strangers_untouched().await;
    // the check itself leaves nothing behind either
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_variant_has_an_enum_of_the_same_name() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::SharedEnum).await;
    let sql = "select enum_range(null::public.session_status)::text";
    let row = instance.connect().await.query_one(sql, &[]).await.unwrap();
    assert_eq!(row.get::<_, String>(0), "{open,closed}");
    assert_eq!(count(&instance, "public.chat_sessions").await, 40);
    instance.assert_strangers_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_lodger_is_no_damage() {
    let instance = plain().await;
    let ours = "
        create schema research;
        create table research.sessions (
          id bigserial primary key, user_id uuid not null references auth.users on delete cascade);
        insert into research.sessions (user_id) select id from auth.users;
        create function research.hook() returns trigger language plpgsql security definer
          set search_path = '' as 'begin return new; end';
        create trigger research_hook after insert on auth.users
          for each row execute function research.hook();
        alter publication supabase_realtime add table research.sessions;
        create table public.research_drafts (id uuid primary key);";
    instance.connect().await.batch_execute(ours).await.unwrap();
    instance.assert_strangers_untouched().await;
}

/// Each line is one thing that a careless migration does, as the role that does it, and a word that the
/// report must contain.
const DAMAGE: &[(&str, &str, &str)] = &[
    (
        "postgres",
        "update public.users set total_jobs = 4 where email = 'customer7@example.test'",
        "table public.users: rows",
    ),
    (
        "postgres",
        "update public.users set total_jobs = total_jobs where email = 'customer7@example.test'",
        "table public.users: rows",
    ),
    (
        "postgres",
        "delete from public.jobs where number = 1000",
        "table public.jobs: rows",
    ),
    (
        "postgres",
        "insert into public.profiles values (md5('account 1')::uuid, 'x', now()) on conflict (id) do update set display_name = 'x'",
        "table public.profiles: rows",
    ),
    (
        "postgres",
        "update auth.users set raw_user_meta_data = '{}' where email = 'account1@example.test'",
        "table auth.users: rows",
    ),
    (
        "postgres",
        "truncate public.jobs",
        "table public.jobs: rows",
    ),
    (
        "postgres",
        "create or replace function public.update_updated_at_column() returns trigger language plpgsql as 'begin new.updated_at = now(); return new; end'",
        "function public.update_updated_at_column(): itself",
    ),
    (
        "postgres",
        "create or replace function public.update_updated_at_column() returns trigger language plpgsql as 'begin new.updated_at = now(); return new; end'",
        "daily work: ERROR: jobs moved on",
    ),
    (
        "postgres",
        "alter function public.handle_new_user() security invoker",
        "daily work: ERROR: permission denied",
    ),
    (
        "postgres",
        "alter function public.handle_new_user() reset search_path",
        "function public.handle_new_user(): itself",
    ),
    (
        "postgres",
        "grant execute on function public.handle_new_user() to anon",
        "function public.handle_new_user(): itself",
    ),
    (
        "postgres",
        "drop function public.update_updated_at_column() cascade",
        "trigger jobs_touch is gone",
    ),
    (
        "postgres",
        "create trigger users_touch before update on public.users for each row execute function public.update_updated_at_column()",
        "table public.users: trigger users_touch is new",
    ),
    (
        "postgres",
        "create trigger users_touch before update on public.users for each row execute function public.update_updated_at_column()",
        "daily work: ERROR: record \"new\" has no field",
    ),
    (
        "postgres",
        "alter table public.jobs disable trigger jobs_touch",
        "trigger jobs_touch was",
    ),
    (
        "supabase_auth_admin",
        "drop trigger on_auth_user_created on auth.users",
        "trigger on_auth_user_created is gone",
    ),
    (
        "supabase_admin",
        "alter table public.jobs disable trigger all",
        "hidden triggers not enabled is new",
    ),
    (
        "postgres",
        "drop policy \"customers keep their jobs\" on public.jobs",
        "policy customers keep their jobs is gone",
    ),
    (
        "postgres",
        "alter policy \"customers see themselves\" on public.users using (true)",
        "policy customers see themselves was",
    ),
    (
        "postgres",
        "create policy anybody on public.users using (true)",
        "policy anybody is new",
    ),
    (
        "postgres",
        "alter table public.users disable row level security",
        "table public.users: itself",
    ),
    (
        "postgres",
        "alter table public.users force row level security",
        "table public.users: itself",
    ),
    (
        "postgres",
        "alter table public.users add column is_anonymous boolean",
        "column is_anonymous is new",
    ),
    (
        "postgres",
        "alter table public.users alter column total_jobs type bigint using total_jobs::bigint",
        "column total_jobs was",
    ),
    (
        "postgres",
        "alter table public.users alter column last_seen set default now()",
        "column last_seen was",
    ),
    (
        "postgres",
        "alter table public.users rename column last_seen to seen",
        "column last_seen is gone",
    ),
    (
        "postgres",
        "alter table public.users drop constraint users_email_is_an_address",
        "constraint users_email_is_an_address is gone",
    ),
    (
        "postgres",
        "create index on public.users (email)",
        "index public.users_email_idx is new",
    ),
    (
        "postgres",
        "drop index public.jobs_waiting_idx",
        "index public.jobs_waiting_idx is gone",
    ),
    (
        "postgres",
        "create table public.ours (id uuid references public.users)",
        "table public.users: referenced by",
    ),
    (
        "postgres",
        "grant select on public.users to anon",
        "table public.users: itself",
    ),
    (
        "postgres",
        "grant select (email) on public.users to anon",
        "column email was",
    ),
    (
        "postgres",
        "revoke all on public.jobs from authenticated",
        "table public.jobs: itself",
    ),
    (
        "postgres",
        "grant create on schema public to anon",
        "schema public: itself",
    ),
    (
        "postgres",
        "alter default privileges in schema public grant select on tables to anon",
        "default privileges",
    ),
    (
        "postgres",
        "comment on table public.users is 'ours now'",
        "table public.users: itself",
    ),
    (
        "postgres",
        "comment on column public.users.last_seen is null",
        "column last_seen was",
    ),
    (
        "postgres",
        "comment on function public.update_updated_at_column() is null",
        "function public.update_updated_at_column(): itself",
    ),
    (
        "postgres",
        "create or replace view public.active_users as select id, email, active_jobs from public.users",
        "view public.active_users: definition",
    ),
    (
        "postgres",
        "create or replace view public.active_users as select id, email, active_jobs from public.users",
        "daily work: ERROR: public.active_users",
    ),
    (
        "postgres",
        "create rule quiet as on delete to public.users do instead nothing",
        "rule quiet is new",
    ),
    (
        "postgres",
        "alter type public.job_status add value 'lost'",
        "type public.job_status: labels",
    ),
    (
        "postgres",
        "alter type public.job_status rename value 'done' to 'finished'",
        "type public.job_status: labels",
    ),
    (
        "postgres",
        "alter sequence public.job_numbers increment 2",
        "sequence public.job_numbers: definition",
    ),
    (
        "postgres",
        "drop table public.profiles; create table public.profiles (id uuid primary key references auth.users (id) on delete cascade, display_name text not null, created_at timestamptz not null)",
        "table public.profiles: itself",
    ),
    (
        "postgres",
        "create table public.more () inherits (public.profiles)",
        "child public.more is new",
    ),
    (
        "postgres",
        "create statistics public.s (dependencies) on total_jobs, active_jobs from public.users",
        "statistics s is new",
    ),
    (
        "postgres",
        "alter publication supabase_realtime drop table public.jobs",
        "publication supabase_realtime: table public.jobs is gone",
    ),
    (
        "postgres",
        "delete from storage.buckets",
        "table storage.buckets: rows",
    ),
    (
        "postgres",
        "do $$ begin execute format('alter database %I set work_mem to ''1MB''', current_database()); end $$",
        "database: settings of all",
    ),
    (
        "supabase_admin",
        "create or replace function auth.uid() returns uuid language sql stable as 'select null::uuid'",
        "function auth.uid(): itself",
    ),
    (
        "supabase_admin",
        "create function public.watch() returns event_trigger language plpgsql as 'begin end'; create event trigger watch on ddl_command_end execute function public.watch()",
        "event trigger watch is new",
    ),
    // last, because no rollback takes it back
    (
        "postgres",
        "select nextval('public.job_numbers')",
        "sequence public.job_numbers: value",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_damage_is_noticed() {
    let instance = plain().await;
    let client = instance.connect_admin().await;
    let before = strangers::load_facts(&client).await.unwrap();
    for (role, statement, word) in DAMAGE {
        let done = format!("begin; set local role {role}; {statement}; set local role none");
        client.batch_execute(&done).await.unwrap();
        let mut found = before.damage(&strangers::load_facts(&client).await.unwrap());
        // this one rolls back, and with it the damage
        if let Err(error) = strangers::check_daily_work(&client).await {
            found.push(format!("daily work: {}", error.as_db_error().unwrap()));
        }
        let noticed = found.iter().any(|sentence| sentence.contains(word));
        assert!(noticed, "{statement}: {word} is not in {found:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stands_on_the_embedded_server_as_well() {
    let server = EmbeddedServer::start_temporary(&[]).await.unwrap();
    let client = &server.session().client;
    base::install(client).await.unwrap();
    client.batch_execute(strangers::INSTANCE).await.unwrap();
    client
        .batch_execute(strangers::SESSION_STATUS)
        .await
        .unwrap();
    let before = strangers::load_facts(client).await.unwrap();
    strangers::check_daily_work(client).await.unwrap();
    assert_eq!(
        before.damage(&strangers::load_facts(client).await.unwrap()),
        Vec::<String>::new()
    );
    client
        .batch_execute("drop view public.active_users")
        .await
        .unwrap();
    let damage = before.damage(&strangers::load_facts(client).await.unwrap());
    assert!(
        damage
            .iter()
            .any(|it| it.contains("view public.active_users: itself is gone")),
        "{damage:?}"
    );
}
