-- expect: transaction-control 4, transaction-control 5
create table notes (id uuid primary key);
alter table notes enable row level security;
start transaction;
rollback;
-- outcome: alters table public.notes
-- outcome: creates table public.notes
