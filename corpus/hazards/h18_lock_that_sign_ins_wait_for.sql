-- expect: locks-landlord-tables 3
create table notes (id uuid primary key, user_id uuid);
alter table notes add constraint notes_user foreign key (user_id) references auth.users (id) on delete cascade;
alter table notes enable row level security;
-- outcome: alters table public.notes
-- outcome: attaches_to table auth.users
-- outcome: creates constraint notes_user on public.notes
-- outcome: creates table public.notes
