-- expect: version-prefix-length 3
-- migration: 20251101_clean_up.sql
select 1;
-- migration: 20251101030227_notes.sql
create table notes (id uuid primary key);
alter table notes enable row level security;
-- migration: 20251102030227_more.sql
create table notes_tags (id uuid primary key);
alter table notes_tags enable row level security;
-- outcome: alters table public.notes
-- outcome: alters table public.notes_tags
-- outcome: creates table public.notes
-- outcome: creates table public.notes_tags
