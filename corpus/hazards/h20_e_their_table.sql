-- expect: alters-foreign-object 2, attaches-to-foreign-object 3
alter publication supabase_realtime drop table public.jobs;
alter publication supabase_realtime add table public.users;
