-- expect: guard-hides-collision 5, skipped-different-shape 11, replaces-foreign-object 27, guard-hides-collision 36
-- expect: cascade-deletes-guests 13
-- The correction, which corrects nothing where the first attempt was run.
do $$ begin
  if not exists (select 1 from pg_type where typname = 'session_status') then
    create type session_status as enum ('in_progress', 'completed', 'failed');
  end if;
end $$;

-- keeps its foreign key to the wrong table, without a word
create table if not exists research_sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  title text not null,
  status session_status not null default 'in_progress',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create table if not exists draft_files (
  id uuid primary key default gen_random_uuid(),
  session_id uuid not null references research_sessions (id) on delete cascade,
  file_path text not null,
  detected_at timestamptz not null default now()
);
create index if not exists idx_research_sessions_user_id on research_sessions (user_id);

create or replace function update_updated_at_column() returns trigger as $$
begin
  new.updated_at = now();
  return new;
end;
$$ language plpgsql;

-- any table may have a trigger of this name
do $$ begin
  if not exists (select 1 from pg_trigger where tgname = 'jobs_touch') then
    create trigger jobs_touch before update on research_sessions
      for each row execute function update_updated_at_column();
  end if;
end $$;
