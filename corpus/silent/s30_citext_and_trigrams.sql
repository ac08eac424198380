-- expect: nothing
create extension if not exists citext with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create table notes_people (
  id uuid primary key references auth.users (id) on delete cascade,
  handle extensions.citext unique not null,
  display_name text not null default ''
);
alter table notes_people enable row level security;
create index notes_people_name on notes_people using gin (display_name extensions.gin_trgm_ops);
create policy notes_people_read on notes_people for select to authenticated using (true);
grant select on notes_people to authenticated;
