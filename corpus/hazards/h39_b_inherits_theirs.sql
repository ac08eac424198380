-- expect: attaches-to-foreign-object 2
create table notes_users (nickname text) inherits (users);
alter table notes_users enable row level security;
-- outcome: alters table public.notes_users
-- outcome: creates table public.notes_users
