-- expect: nothing
create table notes (id uuid primary key, done boolean not null default false);
alter table notes enable row level security;
create view notes_open with (security_invoker = true) as select id from notes where not done;
grant select on notes_open to authenticated;
-- outcome: alters table public.notes
-- outcome: creates table public.notes
-- outcome: creates view public.notes_open
-- outcome: grants view public.notes_open
