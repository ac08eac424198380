-- expect: foreign-key-set-null-not-null 10
-- migration: 20251103090000_notes.sql
create table notes (
  id uuid primary key,
  user_id uuid references auth.users (id) on delete set null
);
create index notes_user_id on notes (user_id);
alter table notes enable row level security;
-- migration: 20251104090000_strict.sql
alter table notes alter column user_id set not null;
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates index public.notes_user_id
-- outcome: creates table public.notes
