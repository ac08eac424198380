-- Research sessions and the draft files that they produce.
-- Rows belong to the users who sign in (auth.users); there is no table of users here.
-- Names are unqualified: Lodger runs this with the project's home schema on the search path.

create type session_status as enum ('in_progress', 'completed', 'failed');

create type research_stage as enum (
  '1_initial_research',
  '2_planning',
  '3_parallel_research',
  '4_writing'
);

create table research_sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  title text not null,
  status session_status not null default 'in_progress',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table draft_files (
  id uuid primary key default gen_random_uuid(),
  session_id uuid not null references research_sessions (id) on delete cascade,
  stage research_stage not null,
  file_path text not null,
  detected_at timestamptz not null default now()
);

create index idx_research_sessions_user_id on research_sessions (user_id);
create index idx_research_sessions_created_at on research_sessions (created_at desc);
create index idx_draft_files_session_id on draft_files (session_id);

-- The name says whose it is: on a shared database every project has an updated_at trigger.
create function research_touch_updated_at() returns trigger
  language plpgsql
  set search_path from current
as $$
begin
  new.updated_at := now();
  return new;
end;
$$;

create trigger research_sessions_touch_updated_at
  before update on research_sessions
  for each row execute function research_touch_updated_at();

-- Who may use the tables at all …
grant select, insert, update, delete on research_sessions, draft_files to authenticated, service_role;

-- … and which rows are theirs. Policies come last: on hosted Supabase they lock auth.users until
-- the transaction ends.
alter table research_sessions enable row level security;
alter table draft_files enable row level security;

create policy research_sessions_own on research_sessions
  for all
  to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));

create policy draft_files_of_own_sessions on draft_files
  for all
  to authenticated
  using (session_id in (select id from research_sessions where user_id = (select auth.uid())))
  with check (session_id in (select id from research_sessions where user_id = (select auth.uid())));
