-- expect: skipped-different-shape 5, alters-foreign-object 6
-- there:
create table public.invoices (id uuid, number text not null, primary key (id, number));
-- migration: 20251103090000_invoices.sql
create table if not exists invoices (id uuid not null, number text not null, primary key (id));
alter table invoices enable row level security;
-- outcome: alters table public.invoices
-- outcome: skipped_different_shape table public.invoices
