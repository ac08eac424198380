-- expect: drops-publication 4
create table notes (id uuid primary key);
alter table notes enable row level security;
drop publication if exists supabase_realtime;
create publication supabase_realtime for table notes;
-- outcome: alters table public.notes
-- outcome: creates publication supabase_realtime
-- outcome: creates table public.notes
-- outcome: drops publication supabase_realtime
