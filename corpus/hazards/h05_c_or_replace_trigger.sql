-- expect: attaches-to-foreign-object 8, trigger-column-missing 8
create function notes_stamp() returns trigger language plpgsql set search_path = '' as $$
begin
  new.updated_by := 'notes';
  return new;
end $$;
create or replace trigger "notes_stamp" before insert or update
  on "public"."users" for each row execute procedure notes_stamp();
-- outcome: attaches_to table public.users
-- outcome: creates function public.notes_stamp()
-- outcome: creates trigger notes_stamp on public.users
