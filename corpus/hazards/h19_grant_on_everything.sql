-- expect: grants-on-all-tables 2, default-privileges 3
grant all on all tables in schema public to anon;
alter default privileges in schema public grant select on tables to anon;
-- outcome: grants default privileges postgres in public: tables
-- outcome: grants table public.jobs
-- outcome: grants table public.profiles
-- outcome: grants table public.users
-- outcome: grants view public.active_users
