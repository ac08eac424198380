-- A block catches that rows, which a mirror does not have, stand in the way.
-- standing: nobody
create table users (id uuid primary key default gen_random_uuid(), title text, user_id uuid);
-- standing: bakery
create schema if not exists shop;
insert into users default values;
-- migration
do $do$ begin alter table users add check (title is not null); exception when others then null; end $do$;
