-- expect: transaction-control 4
create table notes (id uuid primary key);
alter table notes enable row level security;
commit;
create index notes_again on notes (id);
-- outcome: alters table public.notes
-- outcome: creates index public.notes_again
-- outcome: creates table public.notes
