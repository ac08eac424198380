-- ALL grants MAINTAIN from PostgreSQL 17 on; before, there is nothing left to grant here.
-- standing: nobody
create table users (id uuid primary key default gen_random_uuid(), title text);
grant all on users to authenticated;
-- migration
grant all on users to authenticated;
alter table users add column amount bigint;
