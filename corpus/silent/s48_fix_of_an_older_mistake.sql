-- expect: nothing
-- migration: 20251101090000_first.sql
create table notes (id uuid primary key, user_id uuid not null);
create index notes_user_id on notes (user_id);
alter table notes enable row level security;
-- migration: 20251102090000_owner.sql
alter table notes add constraint notes_user_id_fkey
  foreign key (user_id) references auth.users (id) on delete cascade not valid;
alter table notes validate constraint notes_user_id_fkey;
-- outcome: alters constraint notes_user_id_fkey on public.notes
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates constraint notes_user_id_fkey on public.notes
-- outcome: creates index public.notes_user_id
-- outcome: creates table public.notes
