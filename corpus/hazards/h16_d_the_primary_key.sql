-- expect: foreign-key-set-null-not-null 3
create table notes_profiles (
  id uuid primary key references auth.users (id) on delete set null,
  name text
);
alter table notes_profiles enable row level security;
-- outcome: alters table public.notes_profiles
-- outcome: attaches_to table auth.users
-- outcome: creates table public.notes_profiles
