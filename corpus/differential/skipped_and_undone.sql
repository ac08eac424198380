-- A guard skips inside a block whose error is caught: all that is left of the block is the notice.
-- standing: nobody
create table jobs (id uuid primary key default gen_random_uuid(), state text);
-- migration
do $do$ begin create table if not exists jobs (id uuid primary key default gen_random_uuid(), amount text); alter table users add column title text; exception when others then null; end $do$;
do $do$ begin create table if not exists jobs (id uuid primary key default gen_random_uuid(), amount text); exception when others then null; end $do$;
