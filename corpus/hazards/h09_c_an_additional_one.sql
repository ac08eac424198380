-- expect: attaches-to-foreign-object 2, policy-always-true 2
create policy users_all on "users" for all to anon, authenticated using (true) with check (true);
-- outcome: attaches_to table public.users
-- outcome: creates policy users_all on public.users
