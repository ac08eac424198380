-- expect: nothing
create schema notes;
create type notes.job_status as enum ('open', 'done');
create table notes.users (
  id uuid primary key references auth.users (id) on delete cascade,
  status notes.job_status not null default 'open'
);
alter table notes.users enable row level security;
create policy own on notes.users to authenticated using (id = (select auth.uid()));
grant usage on schema notes to authenticated;
grant select on all tables in schema notes to authenticated;
-- outcome: alters table notes.users
-- outcome: attaches_to table auth.users
-- outcome: creates policy own on notes.users
-- outcome: creates schema notes
-- outcome: creates table notes.users
-- outcome: creates type notes.job_status
-- outcome: grants schema notes
-- outcome: grants table notes.users
