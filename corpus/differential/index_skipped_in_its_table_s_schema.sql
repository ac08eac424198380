-- An index has its table's schema, wherever the search path leads.
-- standing: bakery
create table users (id uuid primary key default gen_random_uuid(), title text, user_id uuid);
create table jobs (id uuid primary key default gen_random_uuid(), title text, user_id uuid);
-- migration
set search_path = shop;
create index if not exists jobs_pkey on public.users (title);
