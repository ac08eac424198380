-- expect: nothing
create table notes_people (
  id uuid primary key references auth.users (id) on delete cascade,
  name text,
  credits int not null default 0
);
alter table notes_people enable row level security;
create policy notes_people_own on notes_people to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));
grant select on notes_people to authenticated;
grant insert (id, name), update (name) on notes_people to authenticated;
-- outcome: alters table public.notes_people
-- outcome: attaches_to table auth.users
-- outcome: creates policy notes_people_own on public.notes_people
-- outcome: creates table public.notes_people
-- outcome: grants table public.notes_people
