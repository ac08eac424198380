-- The foreign key is to be validated at the end, and its table is gone by then.
-- standing: nobody
create table jobs (id uuid primary key default gen_random_uuid(), title text, user_id uuid);
-- migration
alter table jobs add foreign key (user_id) references jobs (id);
drop table jobs;
