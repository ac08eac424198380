-- expect: alters-foreign-object 2, attaches-to-foreign-object 3
alter publication supabase_realtime drop table public.jobs;
alter publication supabase_realtime add table public.users;
-- outcome: alters publication supabase_realtime
-- outcome: attaches_to publication supabase_realtime
