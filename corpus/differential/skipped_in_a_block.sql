-- A guard inside a block that does more, or that fails on an empty database, was skipped without a word.
-- standing: nobody
create table users (id uuid primary key default gen_random_uuid(), state text);
-- standing: bakery
create table jobs (id uuid primary key default gen_random_uuid(), amount text);
-- migration
do $do$ begin create policy own on users for all to anon using (true); create table if not exists users (id uuid primary key default gen_random_uuid(), title text); end $do$;
do $do$ begin alter table jobs add column if not exists amount bigint; create index if not exists users_pkey on jobs (amount); end $do$;
