-- expect: alters-foreign-object 3
create schema notes;
alter table public.jobs set schema notes;
-- outcome: alters publication supabase_realtime
-- outcome: alters table public.jobs
-- outcome: creates schema notes
