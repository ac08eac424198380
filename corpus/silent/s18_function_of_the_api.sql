-- expect: nothing
create table notes (id uuid primary key, user_id uuid not null references auth.users (id) on delete cascade, title text);
create index notes_user_id on notes (user_id);
alter table notes enable row level security;
create policy notes_own on notes to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
grant select, insert, update, delete on notes to authenticated;
create function notes_latest(most int default 10) returns setof notes
language sql stable set search_path = '' as $$
  select * from public.notes order by id desc limit most
$$;
grant execute on function notes_latest(int) to authenticated;
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates function public.notes_latest(integer)
-- outcome: creates index public.notes_user_id
-- outcome: creates policy notes_own on public.notes
-- outcome: creates table public.notes
-- outcome: grants function public.notes_latest(integer)
-- outcome: grants table public.notes
