-- expect: security-definer-view 5
-- migration: 20251103090000_notes.sql
create table notes (id uuid primary key);
alter table notes enable row level security;
create view notes_all with (security_barrier = true) as select id from notes;
grant select on notes_all to anon;
-- outcome: alters table public.notes
-- outcome: creates table public.notes
-- outcome: creates view public.notes_all
-- outcome: grants view public.notes_all
