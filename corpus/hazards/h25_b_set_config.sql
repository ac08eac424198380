-- expect: search-path-change 7, skipped-different-shape 8
-- there:
create schema billing;
create table billing.invoices (id uuid primary key, total numeric);
grant usage on schema billing to postgres;
-- migration: 20251103090000_invoices.sql
select pg_catalog.set_config('search_path', 'billing, public', false);
create table if not exists invoices (id uuid primary key, number text);
-- outcome: skipped_different_shape table billing.invoices
