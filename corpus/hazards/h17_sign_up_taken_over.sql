-- expect: replaces-foreign-object 3, statement-fails 6, signup-trigger-can-fail 7
create table notes_people (id uuid primary key references auth.users (id) on delete cascade);
create or replace function handle_new_user() returns trigger language plpgsql security definer as $$
begin insert into notes_people (id) values (new.id); return new; end $$;
alter table notes_people enable row level security;
drop trigger if exists on_auth_user_created on auth.users;
create trigger on_auth_user_created after insert on auth.users
  for each row execute function handle_new_user();
-- outcome: alters table public.notes_people
-- outcome: attaches_to table auth.users
-- outcome: creates table public.notes_people
-- outcome: fails trigger on_auth_user_created on auth.users
-- outcome: replaces function public.handle_new_user()
