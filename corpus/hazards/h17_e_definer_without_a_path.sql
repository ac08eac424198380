-- expect: definer-search-path 4
create table notes_people (id uuid primary key references auth.users (id) on delete cascade);
alter table notes_people enable row level security;
create function public.notes_welcome()
returns trigger as $$
begin
  insert into notes_people (id) values (new.id);
  return new;
exception when others then return new;
end;
$$ language plpgsql security definer;
create trigger notes_welcome after insert on auth.users
  for each row execute procedure public.notes_welcome();
-- outcome: alters table public.notes_people
-- outcome: attaches_to table auth.users
-- outcome: creates function public.notes_welcome()
-- outcome: creates table public.notes_people
-- outcome: creates trigger notes_welcome on auth.users
