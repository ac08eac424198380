-- Written as if the database were empty. Every guard in it hides a collision.

create table if not exists users (
  id uuid primary key default gen_random_uuid(),
  email text unique,
  byline text not null
);

do $$
begin
  create type session_status as enum ('open', 'closed');
exception when duplicate_object then
  null;
end
$$;

create table if not exists articles (
  id uuid primary key default gen_random_uuid(),
  user_id uuid references users (id),
  status session_status not null,
  updated_at timestamptz not null default now()
);

create or replace function update_updated_at_column() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end
$$;

create trigger users_touch before update on users
  for each row execute function update_updated_at_column();

-- left over from an earlier attempt, or so somebody thought
drop table if exists draft_files cascade;
