-- expect: drops-foreign-object 2, drops-with-cascade 2
drop function if exists public.handle_new_user() cascade;
create function public.handle_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
begin return new; end $$;
-- outcome: creates function public.handle_new_user()
-- outcome: drops function public.handle_new_user()
