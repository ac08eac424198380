-- expect: locks-landlord-tables 2
create table notes (
  id uuid primary key,
  user_id uuid not null references auth.users (id) on delete cascade
);
alter table notes enable row level security;
create index notes_user_id on notes (user_id);
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates index public.notes_user_id
-- outcome: creates table public.notes
