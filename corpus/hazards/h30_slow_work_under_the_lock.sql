-- expect: locks-landlord-tables 5
create table notes (id uuid primary key, user_id uuid);
alter table notes enable row level security;
create index notes_user_id on notes (user_id);
alter table notes
  add constraint notes_user foreign key (user_id) references auth.users (id) on delete cascade;
insert into notes (id, user_id) select gen_random_uuid(), id from auth.users;
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates constraint notes_user on public.notes
-- outcome: creates index public.notes_user_id
-- outcome: creates table public.notes
-- outcome: writes_rows table public.notes
