-- The name that Postgres chooses for a sequence is taken by somebody, and only the mirror shows that it is chosen.
-- standing: bakery
create table users (id uuid primary key default gen_random_uuid(), title text, user_id uuid);
create sequence jobs_id_seq;
-- migration
do $do$ begin create table jobs (id bigint generated always as identity primary key, amount uuid references users); end $do$;
