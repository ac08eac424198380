-- expect: signup-trigger-can-fail 10
create table notes_people (id uuid primary key references auth.users (id) on delete cascade, name text not null);
alter table notes_people enable row level security;
create function notes_welcome() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.notes_people (id, name) values (new.id, new.raw_user_meta_data ->> 'name');
  return new;
end $$;
revoke execute on function notes_welcome() from public, anon, authenticated;
create trigger notes_welcome after insert on auth.users
  for each row execute function notes_welcome();
-- outcome: alters table public.notes_people
-- outcome: attaches_to table auth.users
-- outcome: creates function public.notes_welcome()
-- outcome: creates table public.notes_people
-- outcome: creates trigger notes_welcome on auth.users
-- outcome: grants function public.notes_welcome()
