-- Rows that a block wrote before an exception that it catches are not there afterwards.
-- standing: nobody
create table users (id uuid primary key default gen_random_uuid(), title text, user_id uuid);
-- migration
do $do$ begin insert into users default values; alter table jobs add column title text; exception when others then null; end $do$;
