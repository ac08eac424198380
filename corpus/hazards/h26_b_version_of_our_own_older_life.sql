-- expect: version-taken 7
-- there:
create schema supabase_migrations;
create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
insert into supabase_migrations.schema_migrations (version, name) values ('20260101000006', 'notes');
-- migration: 20260101000006_notes.sql
create table notes (id uuid primary key);
alter table notes enable row level security;
-- migration: 20260101000007_tags.sql
create table notes_tags (id uuid primary key);
alter table notes_tags enable row level security;
-- outcome: alters table public.notes
-- outcome: alters table public.notes_tags
-- outcome: creates table public.notes
-- outcome: creates table public.notes_tags
