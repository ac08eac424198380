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
