-- expect: search-path-change 8, drops-foreign-object 9
-- there:
create schema billing;
create table billing.drafts (id uuid primary key);
-- migration: 20251103090000_drafts.sql
create table public.drafts (id uuid primary key);
alter table public.drafts enable row level security;
set local search_path = 'billing', 'public';
drop table if exists drafts;
-- outcome: alters table public.drafts
-- outcome: creates table public.drafts
-- outcome: drops table billing.drafts
