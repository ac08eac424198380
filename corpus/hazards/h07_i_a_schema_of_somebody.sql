-- expect: drops-foreign-object 6
-- there:
create schema billing;
create table billing.invoices (id uuid primary key, total numeric);
-- migration: 20251103090000_billing.sql
drop schema if exists billing cascade;
create schema billing;
create table billing.accounts (id uuid primary key);
alter table billing.accounts enable row level security;
-- outcome: alters table billing.accounts
-- outcome: creates schema billing
-- outcome: creates table billing.accounts
-- outcome: drops schema billing
