-- expect: locks-landlord-tables 5
create function notes_welcome() returns trigger language plpgsql security definer set search_path = '' as $$
begin return new; exception when others then return new; end $$;
revoke execute on function notes_welcome() from public, anon, authenticated;
create trigger notes_welcome after insert on auth.users for each row execute function notes_welcome();
-- outcome: attaches_to table auth.users
-- outcome: creates function public.notes_welcome()
-- outcome: creates trigger notes_welcome on auth.users
-- outcome: grants function public.notes_welcome()
