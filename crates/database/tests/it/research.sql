create type session_status as enum ('in_progress', 'completed', 'failed');
create table research_sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  title text not null check (title <> ''),
  status session_status not null default 'in_progress',
  number bigint generated always as identity,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create table draft_files (
  id uuid primary key default gen_random_uuid(),
  session_id uuid not null references research_sessions (id) on delete cascade,
  file_path text not null,
  detected_at timestamptz not null default now(),
  unique (session_id, file_path)
);
create index idx_research_sessions_user_id on research_sessions (user_id);
create index idx_draft_files_session_id on draft_files (session_id);
create function research_touch() returns trigger language plpgsql set search_path from current as $$
begin
  new.updated_at := pg_catalog.now();
  return new;
end
$$;
revoke execute on function research_touch() from public, anon, authenticated;
create trigger research_sessions_touch before update on research_sessions
  for each row execute function research_touch();
create view research_open with (security_barrier = true) as
  select s.id, s.title from research_sessions s where s.status = 'in_progress';
alter table research_sessions enable row level security;
alter table research_sessions force row level security;
alter table draft_files enable row level security;
create policy research_sessions_own on research_sessions to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy draft_files_own on draft_files to authenticated
  using (exists (select from research_sessions s
                 where s.id = session_id and s.user_id = (select auth.uid())));
revoke all on research_sessions, draft_files, research_open from anon, authenticated;
grant select, insert, delete on research_sessions to authenticated;
grant update (title, status) on research_sessions to authenticated;
grant select, insert, delete on draft_files to authenticated;
grant select on research_open to authenticated;
grant select on research_sessions to service_role;
