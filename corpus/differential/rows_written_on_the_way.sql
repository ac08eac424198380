-- Rows that a block, a trigger or a foreign key writes were in no outcome.
-- standing: nobody
create table users (id uuid primary key default gen_random_uuid(), title text);
create table jobs (id uuid primary key default gen_random_uuid(), user_id uuid references users on delete cascade);
create table items (id uuid primary key default gen_random_uuid(), job_id uuid references jobs on delete set null);
insert into users values ('00000000-0000-0000-0000-000000000001', 'a');
insert into jobs values ('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000001');
insert into items values ('00000000-0000-0000-0000-000000000003', '00000000-0000-0000-0000-000000000002');
-- standing: bakery
create table notes (id bigint generated always as identity primary key);
create function touch() returns trigger language plpgsql as $f$ begin insert into notes default values; return new; end $f$;
create trigger watch after insert on users for each row execute function touch();
-- migration
do $do$ begin insert into notes default values; end $do$;
insert into users default values;
delete from users;
