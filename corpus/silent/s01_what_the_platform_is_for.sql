-- expect: nothing
create table notes_people (id uuid primary key references auth.users (id) on delete cascade, name text);
create policy notes_people_own on notes_people to authenticated using (id = (select auth.uid()));
grant select on notes_people to authenticated;
alter table notes_people enable row level security;
create function notes_welcome() returns trigger language plpgsql
  security definer set search_path from current as $$
begin
  insert into notes_people (id) values (new.id);
  return new;
exception when others then
  raise warning 'no row for %: %', new.id, sqlerrm;
  return new;
end $$;
revoke execute on function notes_welcome() from public, anon, authenticated;
create trigger notes_welcome after insert on auth.users for each row execute function notes_welcome();
insert into storage.buckets (id, name, public) values ('notes-files', 'notes-files', false);
alter publication supabase_realtime add table notes_people;
-- outcome: alters table public.notes_people
-- outcome: attaches_to publication supabase_realtime
-- outcome: attaches_to table auth.users
-- outcome: creates function public.notes_welcome()
-- outcome: creates policy notes_people_own on public.notes_people
-- outcome: creates table public.notes_people
-- outcome: creates trigger notes_welcome on auth.users
-- outcome: grants function public.notes_welcome()
-- outcome: grants table public.notes_people
-- outcome: writes_rows table storage.buckets
