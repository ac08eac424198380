-- expect: policy-without-rls 5
create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
create index notes_user_id on notes (user_id);
grant select on notes to authenticated;
create policy notes_own on notes to authenticated using (user_id = (select auth.uid()));
-- outcome: attaches_to table auth.users
-- outcome: creates index public.notes_user_id
-- outcome: creates policy notes_own on public.notes
-- outcome: creates table public.notes
-- outcome: grants table public.notes
