-- expect: drops-foreign-object 6
-- there:
create table public.invoices (id uuid primary key, amount numeric);
insert into public.invoices select gen_random_uuid(), n from generate_series(1, 20) as n;
-- migration: 20251103090000_invoices.sql
drop table if exists invoices;
create table invoices (id bigint generated always as identity primary key, total numeric);
alter table invoices enable row level security;
-- outcome: alters table public.invoices
-- outcome: creates table public.invoices
-- outcome: drops table public.invoices
