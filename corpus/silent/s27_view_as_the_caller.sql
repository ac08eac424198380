-- expect: nothing
create table notes (id uuid primary key, done boolean not null default false);
alter table notes enable row level security;
create view notes_open with (security_invoker = true) as select id from notes where not done;
grant select on notes_open to authenticated;
