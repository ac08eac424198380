-- expect: grants-on-all-tables 2
revoke all on all tables in schema public from authenticated;
-- outcome: grants table public.jobs
-- outcome: grants table public.profiles
-- outcome: grants table public.users
-- outcome: grants view public.active_users
