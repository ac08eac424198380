-- expect: nothing
create table notes (id uuid primary key, title text);
alter table notes enable row level security;
alter table notes add column body text not null default '';
alter table notes rename column title to heading;
create view notes_headings with (security_invoker = true) as select id, heading from notes;
create or replace view notes_headings with (security_invoker = true) as select id, heading, body from notes;
insert into notes (id, heading) values (gen_random_uuid(), 'Welcome');
update notes set body = 'x';
drop view notes_headings;
create materialized view notes_counted as select heading, count(*) as notes from notes group by heading;
create unique index notes_counted_key on notes_counted (heading);
drop materialized view notes_counted;
drop table notes;
