-- expect: nothing
-- migration: 20251101090000_first.sql
create table notes (id uuid primary key, user_id uuid not null references auth.users (id) on delete cascade);
create index notes_user_id on notes (user_id);
alter table notes enable row level security;
create policy notes_read on notes for select to authenticated using (user_id = (select auth.uid()));
grant select on notes to authenticated;
-- migration: 20251102090000_better.sql
drop policy if exists notes_read on notes;
create policy notes_read on notes for select to authenticated
  using (user_id = (select auth.uid()) and id is not null);
alter policy notes_read on notes to authenticated, service_role;
-- outcome: alters policy notes_read on public.notes
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates index public.notes_user_id
-- outcome: creates policy notes_read on public.notes
-- outcome: creates table public.notes
-- outcome: drops policy notes_read on public.notes
-- outcome: grants table public.notes
