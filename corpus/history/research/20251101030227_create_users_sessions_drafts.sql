-- expect: skipped-different-shape 9, custom-users-table 9, foreign-key-not-to-auth-users 20
-- expect: attaches-to-foreign-object 15, replaces-foreign-object 35, attaches-to-foreign-object 44, trigger-column-missing 44
-- The first attempt: users of its own, beside those that sign in.
do $$ begin
  create type session_status as enum ('in_progress', 'completed', 'failed');
exception when duplicate_object then null;
end $$;

create table if not exists users (
  id uuid primary key default gen_random_uuid(),
  email text unique,
  is_anonymous boolean not null default false,
  updated_at timestamptz not null default now()
);
create index if not exists idx_users_is_anonymous on users (id);

create table if not exists research_sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null
    references users (id) on delete cascade,
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

-- everybody has a function of this name
create or replace function update_updated_at_column() returns trigger as $$
begin
  new.updated_at = now();
  return new;
end;
$$ language plpgsql;

create trigger research_sessions_updated before update on research_sessions
  for each row execute function update_updated_at_column();
create trigger users_updated before update on users
  for each row execute function update_updated_at_column();
