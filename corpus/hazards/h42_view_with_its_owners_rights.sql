-- expect: security-definer-view 4
create table notes (id uuid primary key, secret_note text);
alter table notes enable row level security;
create view notes_all as select * from notes;
grant select on notes_all to authenticated;
-- outcome: alters table public.notes
-- outcome: creates table public.notes
-- outcome: creates view public.notes_all
-- outcome: grants view public.notes_all
