-- expect: policy-to-public 8, duplicate-permissive-policies 8, unwrapped-auth-uid 9
create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
create index notes_user_id on notes (user_id);
alter table notes enable row level security;
grant select on notes to authenticated;
create policy notes_admin on notes for select to authenticated
  using ((select auth.jwt() -> 'user_metadata' ->> 'role') = 'admin');
create policy notes_own on notes for select
  using (auth.uid() = user_id);
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates index public.notes_user_id
-- outcome: creates policy notes_admin on public.notes
-- outcome: creates policy notes_own on public.notes
-- outcome: creates table public.notes
-- outcome: grants table public.notes
