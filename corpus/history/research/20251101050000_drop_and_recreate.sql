-- expect: drops-foreign-object 8, drops-with-cascade 8, constraint-column-usage 25, drops-table-with-rows 3, drops-table-with-rows 4
-- The destructive way: "checked, no rows in them" is only this comment.
drop table if exists draft_files cascade;
drop table if exists research_sessions cascade;
drop type if exists session_status cascade;

-- takes the trigger of the job board along
drop function if exists update_updated_at_column() cascade;

create type session_status as enum ('in_progress', 'completed', 'failed');
create table research_sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  title text not null,
  status session_status not null default 'in_progress',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- says FAILED of a foreign key that is there
do $$
declare target text;
begin
  select ccu.table_schema || '.' || ccu.table_name into target
  from information_schema.constraint_column_usage as ccu
  where ccu.constraint_name = 'research_sessions_user_id_fkey';
  if target is distinct from 'auth.users' then
    raise notice 'FAILED: the foreign key points at %', target;
  end if;
end $$;

create table draft_files (
  id uuid primary key default gen_random_uuid(),
  session_id uuid not null references research_sessions (id) on delete cascade,
  file_path text not null,
  detected_at timestamptz not null default now()
);
create function update_updated_at_column() returns trigger language plpgsql as $$
begin new.updated_at := now(); return new; end $$;
