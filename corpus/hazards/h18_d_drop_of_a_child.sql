-- expect: locks-landlord-tables 3, locks-landlord-tables 7
-- migration: 20251103090000_notes.sql
create table notes (id uuid primary key, user_id uuid references auth.users (id) on delete cascade);
create index notes_user_id on notes (user_id);
alter table notes enable row level security;
-- migration: 20251104090000_gone.sql
drop table notes;
-- outcome: alters table public.notes
-- outcome: creates index public.notes_user_id
-- outcome: creates table public.notes
-- outcome: drops table public.notes
