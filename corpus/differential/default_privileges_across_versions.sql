-- ALL is one privilege more from PostgreSQL 17 on, and apply took that for something unforeseen.
-- standing: nobody
create table users (id uuid primary key);
-- migration
alter default privileges grant all on tables to anon;
