-- expect: foreign-key-not-to-auth-users 4
create table notes (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade
);
alter table notes enable row level security;
-- outcome: alters table public.notes
-- outcome: attaches_to table public.users
-- outcome: creates table public.notes
