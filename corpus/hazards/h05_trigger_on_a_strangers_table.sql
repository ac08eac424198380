-- expect: attaches-to-foreign-object 5, trigger-column-missing 5
create function notes_touch() returns trigger language plpgsql as $$
begin new.updated_at := now(); return new; end $$;
create trigger notes_touch before update
  on public.users for each row execute function notes_touch();
-- outcome: attaches_to table public.users
-- outcome: creates function public.notes_touch()
-- outcome: creates trigger notes_touch on public.users
