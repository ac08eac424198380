-- expect: nothing
create schema notes;
alter default privileges in schema notes grant select on tables to authenticated;
grant usage on schema notes to authenticated;
create table notes.entries (id uuid primary key);
alter table notes.entries enable row level security;
create policy entries_read on notes.entries for select to authenticated using (id is not null);
-- outcome: alters table notes.entries
-- outcome: creates default privileges postgres in notes: tables
-- outcome: creates policy entries_read on notes.entries
-- outcome: creates schema notes
-- outcome: creates table notes.entries
-- outcome: grants schema notes
