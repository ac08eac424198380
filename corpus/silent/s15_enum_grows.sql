-- expect: nothing
-- migration: 20251101090000_status.sql
create type notes_status as enum ('draft', 'published');
create table notes (id uuid primary key, status notes_status not null default 'draft');
alter table notes enable row level security;
-- migration: 20251102090000_archived.sql
alter type notes_status add value 'archived' after 'published';
-- migration: 20251103090000_renamed.sql
alter type notes_status rename value 'draft' to 'in_progress';
-- outcome: alters table public.notes
-- outcome: alters type public.notes_status
-- outcome: creates table public.notes
-- outcome: creates type public.notes_status
