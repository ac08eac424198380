-- expect: foreign-key-not-to-auth-users 4
create table notes (id uuid primary key);
alter table notes enable row level security;
alter table notes add column if not exists user_id uuid references users on delete cascade;
-- outcome: alters table public.notes
-- outcome: attaches_to table public.users
-- outcome: creates constraint notes_user_id_fkey on public.notes
-- outcome: creates table public.notes
