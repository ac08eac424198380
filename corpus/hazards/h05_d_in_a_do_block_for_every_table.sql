-- expect: attaches-to-foreign-object 7
create function notes_stamp() returns trigger language plpgsql set search_path = '' as $$
begin
  new.modified := now();
  return new;
end $$;
do $$
declare t text;
begin
  for t in select tablename from pg_tables where schemaname = 'public' loop
    execute format('create trigger notes_stamp before update on public.%I for each row execute function public.notes_stamp()', t);
  end loop;
end $$;
-- outcome: attaches_to table public.jobs
-- outcome: attaches_to table public.profiles
-- outcome: attaches_to table public.users
-- outcome: creates function public.notes_stamp()
-- outcome: creates trigger notes_stamp on public.jobs
-- outcome: creates trigger notes_stamp on public.profiles
-- outcome: creates trigger notes_stamp on public.users
