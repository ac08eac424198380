-- IF NOT EXISTS skips a table for a view of its name, and no outcome said so.
-- standing: nobody
create table users (id bigint generated always as identity primary key);
create materialized view notes as select * from users;
-- migration
create table if not exists notes (id serial primary key, title text);
create index if not exists notes on users (id);
