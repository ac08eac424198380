-- expect: drops-publication 4
create table notes (id uuid primary key);
alter table notes enable row level security;
alter publication supabase_realtime set table notes;
-- outcome: alters publication supabase_realtime
-- outcome: alters table public.notes
-- outcome: creates table public.notes
