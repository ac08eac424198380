-- expect: security-definer-view 4
create table notes (id uuid primary key, secret_note text);
alter table notes enable row level security;
create view notes_all as select * from notes;
grant select on notes_all to authenticated;
