-- expect: alters-foreign-object 7
-- there:
create schema billing;
create table billing.invoices (id uuid primary key, total numeric);
-- migration: 20251103090000_more.sql
set search_path = billing;
alter table invoices add column note text;
-- outcome: alters table billing.invoices
