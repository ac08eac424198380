-- expect: foreign-key-without-cascade 3
create table notes_profiles (
  id uuid references auth.users not null primary key,
  updated_at timestamp with time zone,
  username text unique
);
alter table notes_profiles enable row level security;
-- outcome: alters table public.notes_profiles
-- outcome: attaches_to table auth.users
-- outcome: creates table public.notes_profiles
