-- expect: attaches-to-foreign-object 7
create table notes_people (id uuid primary key references auth.users (id) on delete cascade);
alter table notes_people enable row level security;
create function notes_welcome() returns trigger language plpgsql as $$
begin insert into notes_people (id) values (new.id); return new; end $$;
create trigger notes_welcome after insert
  on auth.users for each row execute function notes_welcome();
-- outcome: alters table public.notes_people
-- outcome: attaches_to table auth.users
-- outcome: creates function public.notes_welcome()
-- outcome: creates table public.notes_people
-- outcome: creates trigger notes_welcome on auth.users
