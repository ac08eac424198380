-- expect: nothing
-- a table of a project as the guides write it
create table public.notes_entries (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  title text not null check (char_length(title) between 1 and 200),
  body text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index notes_entries_user_id_idx on public.notes_entries (user_id);
alter table public.notes_entries enable row level security;

create policy "Owners read their entries" on public.notes_entries
  for select to authenticated using ((select auth.uid()) = user_id);
create policy "Owners add entries" on public.notes_entries
  for insert to authenticated with check ((select auth.uid()) = user_id);
create policy "Owners change their entries" on public.notes_entries
  for update to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
create policy "Owners delete their entries" on public.notes_entries
  for delete to authenticated using ((select auth.uid()) = user_id);
grant select, insert, update, delete on public.notes_entries to authenticated;
grant all on public.notes_entries to service_role;
-- outcome: alters table public.notes_entries
-- outcome: attaches_to table auth.users
-- outcome: creates index public.notes_entries_user_id_idx
-- outcome: creates policy Owners add entries on public.notes_entries
-- outcome: creates policy Owners change their entries on public.notes_entries
-- outcome: creates policy Owners delete their entries on public.notes_entries
-- outcome: creates policy Owners read their entries on public.notes_entries
-- outcome: creates table public.notes_entries
-- outcome: grants table public.notes_entries
