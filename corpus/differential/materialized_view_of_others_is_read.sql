-- A materialized view of others has its rows on the mirror as well, though of empty tables.
-- standing: bakery
create table users (id uuid primary key default gen_random_uuid(), title text, user_id uuid);
create materialized view notes as select * from users;
-- migration
create table jobs as select * from notes;
