-- expect: drops-foreign-object 2, attaches-to-foreign-object 3
drop policy if exists "customers see themselves" on users;
create policy "customers see themselves" on users for select to authenticated using (true);
-- outcome: attaches_to table public.users
-- outcome: creates policy customers see themselves on public.users
-- outcome: drops policy customers see themselves on public.users
