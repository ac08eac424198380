-- expect: nothing
create table notes (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  body text not null
);
create index notes_user_id on notes (user_id);
alter table notes enable row level security;
create policy notes_own on notes to authenticated using (user_id = (select auth.uid()));
grant select on notes to authenticated;
alter table notes add constraint notes_user_id_fkey_right foreign key (user_id)
  references auth.users (id) on delete cascade not valid;
alter table notes drop constraint notes_user_id_fkey;
alter table notes rename constraint notes_user_id_fkey_right to notes_user_id_fkey;
alter table notes validate constraint notes_user_id_fkey;
-- outcome: alters constraint notes_user_id_fkey on public.notes
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates index public.notes_user_id
-- outcome: creates policy notes_own on public.notes
-- outcome: creates table public.notes
-- outcome: grants table public.notes
