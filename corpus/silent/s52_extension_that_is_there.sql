-- expect: nothing
-- there:
create extension pg_trgm with schema extensions;
-- migration: 20261101090000_notes.sql
create extension if not exists pg_trgm with schema extensions;
create table notes (id uuid primary key, title text);
create index notes_title on notes using gin (title extensions.gin_trgm_ops);
alter table notes enable row level security;
-- outcome: alters table public.notes
-- outcome: creates index public.notes_title
-- outcome: creates table public.notes
-- outcome: skipped_same_shape extension pg_trgm
