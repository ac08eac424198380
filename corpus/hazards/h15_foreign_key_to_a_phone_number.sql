-- expect: foreign-key-to-auth-unique 2
create table notes (id uuid primary key, phone text references auth.users (phone) on delete cascade);
alter table notes enable row level security;
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates table public.notes
