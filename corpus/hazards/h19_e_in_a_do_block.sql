-- expect: grants-on-all-tables 3
do $$ begin
  grant select on all tables in schema public to anon;
end $$;
-- outcome: grants table public.jobs
-- outcome: grants table public.users
-- outcome: grants view public.active_users
