-- expect: drops-publication 4
create table notes (id uuid primary key);
alter table notes enable row level security;
drop publication if exists supabase_realtime;
create publication supabase_realtime for table notes;
