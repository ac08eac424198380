-- expect: alters-foreign-object 6
-- there:
create table public.letters (id uuid primary key, body text);
grant select on public.letters to anon;
-- migration: 20251103090000_safe.sql
alter table letters enable row level security;
-- outcome: alters table public.letters
