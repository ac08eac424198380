-- expect: policy-always-true 4
create table notes (id uuid primary key);
alter table notes enable row level security;
create policy notes_write on notes for all to authenticated using (true) with check (true);
grant select, insert, update, delete on notes to authenticated;
-- outcome: alters table public.notes
-- outcome: creates policy notes_write on public.notes
-- outcome: creates table public.notes
-- outcome: grants table public.notes
