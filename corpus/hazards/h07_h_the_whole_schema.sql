-- expect: drops-foreign-object 2
drop schema if exists public cascade;
create schema public;
-- outcome: alters publication supabase_realtime
-- outcome: creates schema public
-- outcome: drops schema public
