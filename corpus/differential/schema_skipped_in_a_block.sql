-- A schema that stood there already was skipped in a block without a word.
-- standing: bakery
create table jobs (id uuid primary key default gen_random_uuid(), title text, user_id uuid);
create schema shop;
-- migration
alter table jobs drop column user_id;
do $do$ begin alter table jobs drop column title; create schema if not exists shop; end $do$;
