-- expect: grants-writes-to-anon 5
create table guestbook (id uuid primary key, line text);
alter table guestbook enable row level security;
create policy guestbook_read on guestbook for select to anon using (true);
grant select, insert, update, delete on guestbook to anon;
-- outcome: alters table public.guestbook
-- outcome: creates policy guestbook_read on public.guestbook
-- outcome: creates table public.guestbook
-- outcome: grants table public.guestbook
