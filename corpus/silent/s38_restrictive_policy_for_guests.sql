-- expect: nothing
create table notes (id uuid primary key, user_id uuid not null references auth.users (id) on delete cascade);
create index notes_user_id on notes (user_id);
alter table notes enable row level security;
create policy notes_own on notes for all to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy notes_no_guests on notes as restrictive for insert to authenticated
  with check ((select (auth.jwt() ->> 'is_anonymous')::boolean) is false);
grant select, insert, update, delete on notes to authenticated;
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates index public.notes_user_id
-- outcome: creates policy notes_no_guests on public.notes
-- outcome: creates policy notes_own on public.notes
-- outcome: creates table public.notes
-- outcome: grants table public.notes
