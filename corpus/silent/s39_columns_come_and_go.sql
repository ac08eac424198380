-- expect: nothing
-- migration: 20251101090000_first.sql
create table notes (id uuid primary key, title text);
alter table notes enable row level security;
-- migration: 20251102090000_columns.sql
alter table notes add column pinned boolean not null default false;
alter table notes add column tags text[] not null default '{}';
create index notes_pinned on notes (id) where pinned;
alter table notes alter column title set default '';
-- outcome: alters table public.notes
-- outcome: creates index public.notes_pinned
-- outcome: creates table public.notes
