-- expect: alters-foreign-object 3
create schema notes;
alter table public.jobs set schema notes;
-- outcome: alters publication supabase_realtime
-- outcome: creates schema notes
