-- A block that fails on rows, which a mirror does not have, before it fails for another reason.
-- standing: nobody
create table users (id uuid primary key default gen_random_uuid(), title text, user_id uuid);
-- standing: research
insert into users default values;
-- migration
do $do$ begin update users set id = null; alter table shop.users add column title text; end $do$;
