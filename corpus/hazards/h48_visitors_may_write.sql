-- expect: grants-writes-to-anon 5
create table guestbook (id uuid primary key, line text);
alter table guestbook enable row level security;
create policy guestbook_read on guestbook for select to anon using (true);
grant select, insert, update, delete on guestbook to anon;
