-- expect: grants-on-all-tables 2, grants-on-all-tables 3
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "public" TO authenticated, anon;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO anon;
-- outcome: grants sequence public.job_numbers
-- outcome: grants table public.jobs
-- outcome: grants table public.profiles
-- outcome: grants table public.users
-- outcome: grants view public.active_users
