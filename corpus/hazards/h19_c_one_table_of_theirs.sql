-- expect: grants-on-foreign-object 2, grants-on-foreign-object 3
grant select on public.jobs to anon;
revoke all on users from authenticated;
-- outcome: grants table public.jobs
-- outcome: grants table public.users
