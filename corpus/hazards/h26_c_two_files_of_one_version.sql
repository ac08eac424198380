-- expect: duplicate-version 6
-- migration: 20260101_notes.sql
create table notes (id uuid primary key);
alter table notes enable row level security;
-- migration: 20260101_tags.sql
create table notes_tags (id uuid primary key);
alter table notes_tags enable row level security;
-- outcome: alters table public.notes
-- outcome: alters table public.notes_tags
-- outcome: creates table public.notes
-- outcome: creates table public.notes_tags
