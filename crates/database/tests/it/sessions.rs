//! What the tests of rollback, adopt and status have in common: a project, its files, its rows.

use lodger_database::apply::{ApplyOptions, ApplyOutcome, apply};
use lodger_database::connect::Session;
use lodger_database::testing::{Cluster, SharedInstance, Variant};
use lodger_migration::migration::Migration;
use lodger_migration::parse::parse_migration;
use lodger_migration::settings::Settings;

/// Research sessions and drafts of the instance's users, as a careful project writes them.
pub(crate) const SESSIONS: &str = "
create type session_status as enum ('in_progress', 'completed', 'failed');
create type research_stage as enum ('1_initial_research', '2_planning');
create table research_sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  title text not null,
  status session_status not null default 'in_progress',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create table draft_files (
  id bigint generated always as identity primary key,
  session_id uuid not null references research_sessions (id) on delete cascade,
  stage research_stage not null,
  file_path text
);
create index idx_research_sessions_user_id on research_sessions (user_id);
create index idx_draft_files_session_id on draft_files (session_id);
create function research_touch() returns trigger language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end $$;
create trigger research_sessions_touch before update on research_sessions
  for each row execute function research_touch();
alter table research_sessions enable row level security;
create policy research_own on research_sessions for all to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
grant select, insert, update, delete on research_sessions to authenticated;
";

/// A later migration: a view, a column with an index on it, another body for the function.
pub(crate) const LATER: &str = "
alter table research_sessions add column language text;
create index idx_research_sessions_language on research_sessions (language);
create view research_titles as
  select id, title, language from research_sessions;
create or replace function research_touch() returns trigger language plpgsql set search_path = '' as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end $$;
";

pub(crate) async fn shared_instance() -> SharedInstance {
    SharedInstance::create(Cluster::shared(), Variant::Plain).await
}

pub(crate) async fn session(instance: &SharedInstance) -> Session {
    Session::connect(&instance.url()).await.unwrap()
}

pub(crate) fn settings() -> Settings {
    Settings::new("research")
}

pub(crate) fn migration(version: &str, name: &str, text: &str) -> Migration {
    let file = format!("migrations/{version}_{name}.sql");
    parse_migration(version, name, &file, text.as_bytes())
}

/// Applies, and fails the test unless that goes through.
pub(crate) async fn applied(session: &Session, migrations: &[Migration], settings: &Settings) {
    let report = apply(
        session,
        migrations,
        settings,
        &ApplyOptions::default(),
        &mut |_| {},
    )
    .await
    .unwrap();
    assert_eq!(
        report.outcome,
        ApplyOutcome::Applied,
        "{:#?}",
        report.prepared.plan.diagnostics
    );
}

/// Three sessions of two users with a draft each, texts that are hard to save among them.
pub(crate) async fn insert_rows(instance: &SharedInstance) {
    let users = instance.registered_user_ids().await;
    let client = instance.connect_admin().await;
    let titles = ["plain", "two\nlines, \"quoted\"", ""];
    for (title, user) in titles.iter().zip(&users) {
        let sql = "with made as (
                     insert into public.research_sessions (user_id, title) values ($1, $2) returning id)
                   insert into public.draft_files (session_id, stage, file_path)
                   select id, '2_planning', null from made";
        client.execute(sql, &[user, title]).await.unwrap();
    }
}

/// The names of the relations, types and functions of schema public that are not the strangers'.
pub(crate) async fn ours(instance: &SharedInstance) -> Vec<String> {
    let sql = "
      select c.relname::text from pg_class c
       where c.relnamespace = 'public'::regnamespace and c.relname ~ '^(research|draft|idx_research|idx_draft)'
      union all
      select t.typname::text from pg_type t
       where t.typnamespace = 'public'::regnamespace and t.typtype = 'e' and t.typname <> 'job_status'
      union all
      select p.proname::text from pg_proc p
       where p.pronamespace = 'public'::regnamespace and p.proname ~ '^research'
      order by 1";
    let rows = instance
        .connect_admin()
        .await
        .query(sql, &[])
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

pub(crate) async fn number(instance: &SharedInstance, sql: &str) -> i64 {
    let client = instance.connect_admin().await;
    client.query_one(sql, &[]).await.unwrap().get(0)
}
