-- expect: foreign-key-set-null-not-null 4
create table notes (
  id uuid primary key,
  user_id uuid not null references auth.users (id) on delete set null
);
alter table notes enable row level security;
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates table public.notes
